"""Links from a map to all other pages that show it, and from a digit to why it is read so."""

from typing import Any

import streamlit as st

from mnistlab.recipes.digit import DigitChoice
from mnistlab.recipes.explain_view import ExplainLink, ExplainView
from mnistlab.recipes.link import to_link
from mnistlab.recipes.views import ActivationsLink, ActivationsView
from mnistlab.ui.shell.frame import shared_parameters

OIP, ACTIVATIONS, ATLAS, DREAM = "pages/oip.py", "pages/activations.py", "pages/atlas.py", "pages/dream.py"
EXPLAIN = "pages/explain.py"


def draw_map_links(
    layer: str, index: int, here: str, container: Any = st, is_dense: bool = False, digit: DigitChoice | None = None
) -> None:
    """Draw the links of one map, or node of a dense layer.

    Arguments:
        layer: name of its layer.
        index: its number.
        here: the current page, which needs no link to itself.
        container: where to draw them.
        is_dense: whether it is a node of a dense layer, which is in no atlas.
        digit: which it is shown at work on; None: the one that the page Activations begins with.
    """
    number = str(index)
    target = {"target.map_index": "none", "target.node": number} if is_dense else {"target.map_index": number}
    links = {
        ACTIVATIONS: (
            "At work on a digit" if digit is None else "At work on this digit",
            ":material/grid_on:",
            {**(_digit_of_activations(digit) if digit else {}), "act.layer": layer, "act.map_index": number},
        ),
        OIP: ("The pattern it looks for (OIP)", ":material/blur_on:", {"target.layer": layer, **target}),
        ATLAS: ("In the atlas", ":material/grid_view:", {"layer": layer, "map": number}),
        DREAM: (
            "Let it dream",
            ":material/bedtime:",
            {"dream.recipe.layer": layer, "dream.recipe.map_index": number},
        ),
    }
    for page, (label, icon, parameters) in links.items():
        if page != here and not (page == ATLAS and (is_dense or not layer.startswith("Conv2D"))):
            container.page_link(page, label=label, icon=icon, query_params={**shared_parameters(), **parameters})


def draw_explain_link(digit: DigitChoice, container: Any = st) -> None:
    """Draw the link to why a digit is read as it is."""
    container.page_link(
        EXPLAIN,
        label="Why this answer?",
        icon=":material/help_center:",
        query_params={**shared_parameters(), **to_link(ExplainLink(why=ExplainView(digit=digit)))},
        help="Which nodes, maps and pixels it rests on, and what would be read without them.",
    )


def _digit_of_activations(digit: DigitChoice) -> dict[str, str]:
    return to_link(ActivationsLink(act=ActivationsView(digit=digit)))
