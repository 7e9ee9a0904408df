"""Workarounds for Streamlit, to be reviewed with each new version. All were needed by 1.67.

`beginning`: a widget's value in the session does not reach the browser if the run is interrupted.
`forged`: a state under a name that is no widget's makes a page fail.
`history`: no public function tells whether Back or Forward caused a run.
`messages`: each element of a page wakes the event loop, and each run reads the theme's options again.
`plain_data`: a component's lists and dictionaries make it load pandas.
`presses`: a callback is dropped if the visitor's next message arrives.
`reading`: a callback's arguments are those of the last completed run.
`reruns`: runs caused by the app cannot be told from a visitor's.
`timers`: a timer's run is begun also if nothing is to be drawn.
`unchecked`: `st.plotly_chart` lets Plotly check every value again.
`memory_trim`: memory that a page has freed stays with the process.
In addition, `.streamlit/config.toml` sets a hidden option (docs/decisions/0004), and `ui/server/server.py` lets the gate answer before Streamlit.
"""
