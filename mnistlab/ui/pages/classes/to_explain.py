"""From a digit of the page Classes to why it is read as it is."""

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
