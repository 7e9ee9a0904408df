"""NumPy arrays and events -> Plotly figures as plain dictionaries (three times as fast as `go.Figure`), each with a describing sentence."""
