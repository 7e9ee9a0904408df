"""Two atlases beside each other: do two trainings find the same filters?"""

import numpy as np
import streamlit as st

from mnistlab.patterns.contrast import enhanced
from mnistlab.patterns.similarity import best_matches
from mnistlab.pictures.encoding import png, sheet
from mnistlab.recipes import layer_rows
from mnistlab.results.atlas import Atlas
from mnistlab.store.models import REFERENCE, find_network
from mnistlab.ui.pages.atlas.at_hand import COLUMNS, GAP, at_hand
from mnistlab.ui.parts.text import tell
from mnistlab.ui.parts.tiles import draw_pairs
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
    partners = match.partner[best]
    captions = [
        f"{mine} and its {theirs}: {100 * share:.0f} %"
        for mine, theirs, share in zip(
            atlas.map_index[best], second.map_index[partners], match.similarity[best], strict=True
        )
    ]
    st.markdown("The twelve pairs that agree best: on the left this network's map, on the right its partner.")
    alts = [f"Map {caption} alike" for caption in captions]
    draw_pairs(enhanced(atlas.images[best]), enhanced(second.images[partners]), captions, alts)
    with st.expander("All patterns of the other network", icon=":material/grid_view:"):
        tiles = sheet(enhanced(second.images), COLUMNS, GAP)
        st.image(
            png(tiles, 2), width="stretch", alt=f"The {len(second.images)} patterns of the other network, by number."
        )


def _others() -> dict[str, str]:
    names = {REFERENCE: model_title(REFERENCE)}
    for run in services.store().runs():
        if run.epochs() and run.state().name == "finished":
            names[run.id] = run.name()
            for epoch in run.epochs():
                names[f"{run.id}@{epoch}"] = f"{run.name()}, epoch {epoch}"
    names.pop(model_in_use(), None)
    return names
