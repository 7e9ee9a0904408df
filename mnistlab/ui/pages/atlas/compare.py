"""Two atlases side by side: do two trainings find the same filters?"""

import numpy as np
import streamlit as st

from mnistlab.analysis.conclusions import of_atlases
from mnistlab.errors import MnistlabError
from mnistlab.patterns.contrast import enhanced
from mnistlab.patterns.similarity import best_matches
from mnistlab.pictures.encoding import png, sheet
from mnistlab.recipes import layer_rows
from mnistlab.results.atlas import Atlas
from mnistlab.store.models import REFERENCE, find_network
from mnistlab.ui.mends.beginning import begin_at
from mnistlab.ui.pages.atlas.at_hand import COLUMNS, GAP, at_hand
from mnistlab.ui.parts.text import fail, inert, tell
from mnistlab.ui.parts.tiles import draw_pairs
from mnistlab.ui.shell import services
from mnistlab.ui.shell.epochs import FINAL
from mnistlab.ui.shell.frame import model_in_use, model_title
from mnistlab.ui.shell.run_choice import TRAINED, runs_to_choose

OTHER_KEY = "atlas.other"
# Prefix of a key per network.
EPOCH_KEY = "atlas.other.epoch"


def draw_comparison(atlas: Atlas, layer: str) -> None:
    """Draw the comparison of the atlas with that of another network."""
    st.header("Do two trainings find the same filters?")
    networks = _networks()
    if not networks:
        st.markdown("Train a second network, or keep an epoch of one, and compare its atlas with this.")
        return
    other = _draw_choice(networks)
    try:
        other_layers = [row.name for row in layer_rows(find_network(other, services.store()).recipe)]
    except MnistlabError as error:
        # Its folder lacks a part, or it has just been deleted.
        fail(str(error))
        return
    if layer not in other_layers:
        tell(f"That network has no layer {layer}.")
        return
    second = at_hand(layer, lambda: _chosen(st.session_state.get(OTHER_KEY, other.partition("@")[0])))
    if second is None:
        return
    match = best_matches(atlas.images, second.images)
    control = best_matches(atlas.images, np.flip(second.images, axis=1))
    st.markdown(f"**{inert(of_atlases(match.mean, control.mean))}**")
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


def _networks() -> dict[str, list[int]]:
    """Return the networks to compare with, each with its selectable epochs; `FINAL` stands for the trained network."""
    networks = {REFERENCE: [FINAL]}
    for run in runs_to_choose(TRAINED, OTHER_KEY, [st.session_state.get(OTHER_KEY)]):
        networks[run.id] = [*run.epochs(), FINAL]
    in_use, _, epoch = model_in_use().partition("@")
    if in_use in networks:
        networks[in_use] = [number for number in networks[in_use] if number != int(epoch or FINAL)]
    return {name: epochs for name, epochs in networks.items() if epochs}


def _draw_choice(networks: dict[str, list[int]]) -> str:
    """Draw the choice of a network and, if there are several, of one of its epochs; return its name."""
    column, beside = st.columns(2)
    names = list(networks)
    network = column.selectbox(
        "Compare with", names, begin_at(OTHER_KEY, names, names[0]), format_func=model_title, key=OTHER_KEY
    )
    epochs, key = networks[network], f"{EPOCH_KEY}.{network}"
    begin_at(key, epochs, epochs[-1])
    if len(epochs) > 1:
        beside.select_slider(
            "As it was after",
            epochs,
            st.session_state[key],
            format_func=lambda epoch: "its training" if epoch == FINAL else f"epoch {epoch}",
            key=key,
        )
    return _chosen(network)


def _chosen(network: str) -> str:
    """Return the name of a network at its chosen epoch."""
    epoch = st.session_state.get(f"{EPOCH_KEY}.{network}", FINAL)
    return network if epoch == FINAL else f"{network}@{epoch}"
