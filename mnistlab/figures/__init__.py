"""NumPy arrays and events -> Plotly figures as plain dictionaries (a third of the time of `go.Figure`), each with its sentence."""
