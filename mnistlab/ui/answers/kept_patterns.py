"""The patterns of maps that are kept already, in the package or in the store: nothing is computed for them."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from mnistlab.errors import MnistlabError
from mnistlab.patterns.contrast import enhanced
from mnistlab.store.atlases import atlas_recipe, find_atlas
from mnistlab.ui.shell import services


def kept_patterns(model: str, layer: str, maps: Iterable[int]) -> dict[int, NDArray[np.uint8]]:
    """Return the patterns (28, 28) of some maps of a layer by their numbers, enhanced; empty if there is no atlas of the layer, or none that can be read."""
    try:
        atlas = find_atlas(atlas_recipe(model, layer), services.store())
    except MnistlabError:
        return {}
    if atlas is None:
        return {}
    places = {int(number): place for place, number in enumerate(atlas.map_index)}
    wanted = [number for number in maps if number in places and atlas.scores[places[number]] > 0]
    images = enhanced(atlas.images[[places[number] for number in wanted]])
    return dict(zip(wanted, images, strict=True))
