"""A recipe or a view as the dictionary that a form fills in."""

from typing import Any

# A JSON object of the widgets' values. It is a valid recipe only once `Recipe.read` has checked it.
Content = dict[str, Any]
