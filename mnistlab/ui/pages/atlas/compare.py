"""Two atlases beside each other: do two trainings find the same filters?"""

import numpy as np
import streamlit as st

from mnistlab.patterns.contrast import enhanced
from mnistlab.patterns.similarity import best_matches
from mnistlab.recipes import layer_rows
from mnistlab.results.atlas import Atlas
from mnistlab.store.models import REFERENCE, find_network
from mnistlab.ui.pages.atlas.at_hand import at_hand
from mnistlab.ui.parts.text import tell
from mnistlab.ui.parts.tiles import draw_tiles
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import model_in_use, model_title

OTHER_KEY = "atlas.other"


def draw_comparison(atlas: Atlas, layer: str) -> None:
    """Draw the answer to the question whether two trainings find the same filters."""
    st.header("Do two trainings find the same filters?")
    names = _others()
    if not names:
        st.markdown("Train a second network, or keep an epoch of one, and compare its atlas with this.")
        return
    other = st.selectbox("Compare with", list(names), format_func=lambda name: names[name], key=OTHER_KEY)
    other_layers = [row.name for row in layer_rows(find_network(other, services.store()).recipe)]
    if layer not in other_layers:
        tell(f"That network has no layer {layer}.")
        return
    second = at_hand(layer, lambda: str(st.session_state.get(OTHER_KEY, other)))
    if second is None:
        return
    match = best_matches(atlas.images, second.images)
    control = best_matches(atlas.images, np.flip(second.images, axis=1))
    st.markdown(
        f"On average a map finds a partner that agrees to **{100 * match.mean:.0f} %** (correlation at the best shift); "
        f"with the other's patterns turned upside down, as a control, it is {100 * control.mean:.0f} %."
    )
    best = np.argsort(-match.similarity)[:12]
    pairs = np.stack([atlas.images[best], second.images[match.partner[best]]], axis=1).reshape(-1, 28, 28)
    captions = []
    for place in best:
        partner = match.partner[place]
        captions += [
            f"map {atlas.map_index[place]}",
            f"its map {second.map_index[partner]}: {100 * match.similarity[place]:.0f} %",
        ]
    draw_tiles(enhanced(pairs), captions, captions, "6rem")


def _others() -> dict[str, str]:
    names = {REFERENCE: model_title(REFERENCE)}
    for run in services.store().runs():
        if run.epochs() and run.state().name == "finished":
            names[run.id] = run.name()
            for epoch in run.epochs():
                names[f"{run.id}@{epoch}"] = f"{run.name()}, epoch {epoch}"
    names.pop(model_in_use(), None)
    return names
