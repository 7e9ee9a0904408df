"""Ways around Streamlit: what to look at again with each new version of it. All were needed by 1.67.

`beginning`: a widget's value in the session does not reach the browser if the run is interrupted.
`history`: no public function tells whether Back or Forward caused a run.
`presses`: a callback is given up where the visitor's next message comes.
`reading`: a callback's arguments are those of the last completed run.
`reruns`: nothing tells runs that nobody asked for from a visitor's.
`unchecked`: `st.plotly_chart` lets Plotly check every value again.
`heaps`: what a page has freed stays with the process.
Besides, `.streamlit/config.toml` sets a hidden option (docs/decisions/0004), and `ui/server/server.py` lets the gate answer before Streamlit.
"""
