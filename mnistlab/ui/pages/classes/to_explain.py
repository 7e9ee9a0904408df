"""From a digit of the page Classes to why it is read as it is."""

from typing import Any

import streamlit as st

from mnistlab.recipes.digit import DigitChoice
from mnistlab.recipes.explain_view import ExplainLink, ExplainView
from mnistlab.recipes.link import to_link
from mnistlab.ui.shell.frame import shared_parameters
from mnistlab.ui.shell.map_links import EXPLAIN


def open_explain(number: int, read: int, label: int, epoch: int) -> None:
    """Leave for the page Explain: why a test digit is read as its class, or, of a mistake, as that and not as its class.

    Arguments:
        number: of the digit in the test set.
        read: as what it is read.
        label: its true class.
        epoch: of the weights, as in the view.
    """
    digit = DigitChoice(index=number)
    if read == label:
        view = ExplainView(digit=digit, question="class", label=read, epoch=epoch)
    else:
        view = ExplainView(digit=digit, label=read, against=label, epoch=epoch)
    st.switch_page(EXPLAIN, query_params={**shared_parameters(), **to_link(ExplainLink(why=view))})


def draw_explain_training(number: int, label: int, read: int, container: Any = st) -> None:
    """Draw the link to why the network in use reads a training digit as what it seems to be, and not as its label.

    Arguments:
        number: of the digit in the training set.
        label: its label.
        read: what it seems to be.
        container: where to draw it.
    """
    view = ExplainView(digit=DigitChoice(source="train", index=number), label=read, against=label)
    container.page_link(
        EXPLAIN,
        label="Why does it look like that?",
        icon=":material/help_center:",
        query_params={**shared_parameters(), **to_link(ExplainLink(why=view))},
    )
