"""What a kind counts as work is what its loops do."""

import numpy as np
import pytest
from support.networks import network

from mnistlab.cnn import atlas as atlas_module
from mnistlab.cnn import precursor as precursor_module
from mnistlab.cnn.atlas import make_atlas
from mnistlab.cnn.precursor import precursor
from mnistlab.data.digits import Digits
from mnistlab.data.embedded import sample_digits
from mnistlab.recipes import AtlasRecipe, PrecursorRecipe
from mnistlab.recipes.atlas import steps_of_a_map
from mnistlab.recipes.precursor import CANDIDATES

SCREEN = {"layer": "Conv2D_3", "grid": 2, "levels": [0.1, 0.4, 0.7, 0.9], "trial_steps": 3, "keep": 2}
LABELS = (np.arange(200) % 10).astype(np.uint8)


@pytest.fixture
def image_steps(monkeypatch):
    """Return how many steps of one image each module has asked for."""
    counted = {"atlas": 0, "precursor": 0}
    for name, module in (("atlas", atlas_module), ("precursor", precursor_module)):

        def counting(network, goals, images, ascent, *more, name=name, climb=module.climb, **options):
            counted[name] += len(images) * ascent.steps
            return climb(network, goals, images, ascent, *more, **options)

        monkeypatch.setattr(module, "climb", counting)
    return counted


def test_the_climbs_of_an_atlas(image_steps):
    recipe = AtlasRecipe.read({"precursor": SCREEN, "ascent": {"steps": 20, "step_size": 0.1}})
    stored = network()
    maps = stored.recipe.conv[-1].filters
    *_, result = make_atlas(recipe, stored, Digits(sample_digits(LABELS, 5), LABELS))
    assert result.summary["silent_maps"] == 0
    # The quick look's first tiles are beside it: some ten steps a map.
    first_tiles = maps * atlas_module.FIRST_STEPS
    assert image_steps["atlas"] == maps * steps_of_a_map(recipe) + first_tiles


@pytest.mark.parametrize(("method", "per_map"), [("fast", CANDIDATES), ("exhaustive", 4**4)])
def test_the_climbs_of_a_precursor_run(image_steps, method, per_map):
    recipe = PrecursorRecipe.read({**SCREEN, "maps": [0, 3], "method": method})
    list(precursor(recipe, network()))
    assert image_steps["precursor"] == 2 * per_map * recipe.trial_steps
