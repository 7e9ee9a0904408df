"""The type of figures: Plotly's JSON as a dictionary, made without importing Plotly, because the import takes longer than drawing."""

from typing import Any

# Not typed further, because Plotly's schema has thousands of attributes; the tests of each figure check the ones used here.
Figure = dict[str, Any]
