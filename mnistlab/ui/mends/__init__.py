"""Ways around Streamlit, each with the version that needs it."""
