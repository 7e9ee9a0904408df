"""Available atlases: those shipped with the reference network, and those made in runs."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from mnistlab.recipes import AtlasRecipe
from mnistlab.recipes.precursor import PrecursorChoices
from mnistlab.results.atlas import Atlas
from mnistlab.store.files import read_arrays
from mnistlab.store.models import REFERENCE, REFERENCE_FOLDER
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish, equal_run


def atlas_recipe(model: str, layer: str) -> AtlasRecipe:
    """Return the recipe of the default atlas of a layer."""
    return AtlasRecipe(model=model, precursor=PrecursorChoices(layer=layer))


def shipped_path(layer: str) -> Path:
    """Return the path of the shipped atlas of a layer of the reference network."""
    return REFERENCE_FOLDER / "atlas" / f"{layer}.npz"


def pack(atlas: Atlas) -> Atlas:
    """Return an atlas small enough to ship: images in half precision, figures unchanged."""
    return replace(atlas, images=atlas.images.astype(np.float16))


def find_atlas(recipe: AtlasRecipe, store: Store) -> Atlas | None:
    """Return the atlas of `recipe` if it is available.

    Raises:
        StoreError: if it exists and cannot be read.
    """
    layer = recipe.precursor.layer
    if recipe.model == REFERENCE and recipe == atlas_recipe(REFERENCE, layer) and shipped_path(layer).is_file():
        return _shipped(layer)
    run = equal_run(Wish.of(recipe, store), store)
    return Atlas.of(run.result()) if run is not None and store.state(run).name == "finished" else None


@lru_cache(maxsize=3)
def _shipped(layer: str) -> Atlas:
    atlas = Atlas.of(read_arrays(shipped_path(layer)))
    return replace(atlas, images=atlas.images.astype(np.float32))
