"""Links from a map to all other pages that show it."""

from typing import Any

import streamlit as st

from mnistlab.ui.shell.frame import shared_parameters

OIP, ACTIVATIONS, ATLAS, DREAM = "pages/oip.py", "pages/activations.py", "pages/atlas.py", "pages/dream.py"


def draw_map_links(layer: str, index: int, here: str, container: Any = st, is_dense: bool = False) -> None:
    """Draw the links of one map, or node of a dense layer.

    Arguments:
        layer: name of its layer.
        index: its number.
        here: the current page, which needs no link to itself.
        container: where to draw them.
        is_dense: whether it is a node of a dense layer, which is in no atlas.
    """
    number = str(index)
    target = {"target.map_index": "none", "target.node": number} if is_dense else {"target.map_index": number}
    links = {
        ACTIVATIONS: ("At work on a digit", ":material/grid_on:", {"act.layer": layer, "act.map_index": number}),
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
