"""What a figure is to us: Plotly's own JSON, made without importing Plotly, which takes longer than drawing."""

from typing import Any

# Plotly's schema has thousands of attributes; what we write of it is held by the tests of each figure.
Figure = dict[str, Any]
