"""The measurements of `python -m mnistlab bench`."""

from typing import Any

# Name of a figure -> a number, or numbers by name; printed as JSON.
Figures = dict[str, Any]
