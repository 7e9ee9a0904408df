"""Everything that imports Streamlit, besides app.py and pages/."""
