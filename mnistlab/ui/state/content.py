"""A recipe or a view as a form holds it."""

from typing import Any

# JSON's objects: what widgets say, put together. It may be no recipe at all until `Recipe.read` has checked it.
Content = dict[str, Any]
