"""The download of what does the same without mnistlab."""

from collections.abc import Callable
from typing import Any


def draw_export(container: Any, name: str, make: Callable[[], bytes]) -> None:
    """Draw the button.

    Arguments:
        container: where.
        name: of the file, without ending.
        make: returns the zip with script, notebook and data; called when the button is pressed, outside of the page.
    """
    container.download_button(
        "Script and notebook",
        make,
        f"{name}-in-keras.zip",
        "application/zip",
        on_click="ignore",
        icon=":material/code:",
        help="The same in plain Keras and NumPy, without mnistlab: a script, a notebook, and the data they need.",
    )
