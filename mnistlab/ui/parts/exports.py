"""The download of what does the same without mnistlab."""

from collections.abc import Callable
from typing import Any

from mnistlab.exports.bundle import Files, zipped


def draw_export(container: Any, name: str, make: Callable[[], Files]) -> None:
    """Draw the button.

    Arguments:
        container: where.
        name: of the file, without ending.
        make: returns script, notebook and data; called when the button is pressed, outside of the page.
    """
    container.download_button(
        "Script and notebook",
        lambda: zipped(make()),
        f"{name}-in-keras.zip",
        "application/zip",
        on_click="ignore",
        icon=":material/code:",
        help="The same in plain Keras and NumPy, without mnistlab: a script, a notebook, and the data they need.",
    )
