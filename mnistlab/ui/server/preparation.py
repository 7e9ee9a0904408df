"""What the first page of a server takes longest for, made while the first visitor's browser still loads the page's code."""

import logging
import threading

import streamlit.delta_generator
from streamlit.string_util import is_material_icon

from mnistlab.store.models import reference_network
from mnistlab.ui.answers.first_digits import first_tests, name_of_first
from mnistlab.ui.answers.reading import readings_here

log = logging.getLogger("mnistlab.preparation")


def prepare_first_page() -> None:
    """Begin, in a thread of its own. A visitor who is faster waits for what is just being made, and for nothing twice."""
    # With its first element Streamlit looks through all modules whether this is an interactive session, for a fifth of a second.
    # (1.67; a test holds it.)
    streamlit.delta_generator._use_warning_has_been_displayed = True
    threading.Thread(target=_prepare, name="first-page", daemon=True).start()


def _prepare() -> None:
    try:
        # Reads the list of all icons.
        is_material_icon("home")
        data, digits, _ = first_tests()
        readings_here(reference_network(), name_of_first(data), digits.images)
    except Exception:
        # The page will meet the same, and tell its visitor.
        log.exception("The first page could not be prepared")
