"""The atlas of a layer if it is available; else the job that makes it."""

from collections.abc import Callable

import streamlit as st

from mnistlab.errors import MnistlabError
from mnistlab.patterns.contrast import enhanced
from mnistlab.pictures.encoding import png, sheet
from mnistlab.results.atlas import Atlas
from mnistlab.store.atlases import atlas_recipe, find_atlas
from mnistlab.store.run_folder import RunFolder
from mnistlab.ui.answers.job import draw_job
from mnistlab.ui.pages.atlas.view import (
    LAYER_KEY,
)
from mnistlab.ui.parts.text import fail
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import model_title

COLUMNS, GAP = 16, 2


def at_hand(layer: str, model: Callable[[], str]) -> Atlas | None:
    """Return the atlas of a layer if it is available; else draw the job that makes it.

    Arguments: `model`: returns the name of the network at this moment.
    """
    recipe = atlas_recipe(model(), layer)
    try:
        atlas = find_atlas(recipe, services.store())
        if atlas is not None:
            return atlas
        run = draw_job(
            recipe,
            lambda: atlas_recipe(model(), str(st.session_state.get(LAYER_KEY, layer))),
            lambda atlas: f"Atlas of {atlas.precursor.layer}, {model_title(atlas.model)}",
            "Make this atlas",
            _draw_growing,
        )
        # The run may have finished between the two lines above.
        return None if run is None else Atlas.of(run.result())
    except MnistlabError as error:
        fail(f"The atlas cannot be read: {error} Delete its run on the page Lab, and make it again.")
        return None


def _draw_growing(run: RunFolder) -> None:
    pictures = run.pictures()
    if pictures is None:
        return
    tiles = sheet(enhanced(pictures["images"]), COLUMNS, GAP)
    ready = int((pictures["scores"] > 0).sum())
    st.image(
        png(tiles, 2),
        width="stretch",
        alt=f"The patterns as they grow: {ready} of {len(pictures['images'])} maps are there.",
    )
