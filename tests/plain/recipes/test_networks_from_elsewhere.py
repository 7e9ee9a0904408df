"""What networks from elsewhere brought to the recipe, padding and scaling, is written down only where it is used."""

import numpy as np
import pytest
from support.recipes import small_training
from support.sentences import refused

from mnistlab.analysis.receptive import receptive_field
from mnistlab.data.scaling import RANGES, SCALINGS, for_ascent, scaled
from mnistlab.data.standardise import standardise
from mnistlab.errors import RecipeError
from mnistlab.recipes import NetworkRecipe, TrainingRecipe, layer_rows, weight_shapes
from mnistlab.recipes.link import from_link, to_link
from mnistlab.recipes.network import ConvStage, Scaling
from mnistlab.store.models import initial_network
from mnistlab.store.networks import StoredNetwork, read_network, write_network
from mnistlab.store.runs import Store

DIGITS = np.random.default_rng(0).integers(0, 256, (20, 28, 28), np.uint8)


def network(**changes):
    return NetworkRecipe.read({"conv": [{"padding": "same"}, {"kernel": 4, "padding": "same"}], "pool": [2], **changes})


def test_what_is_not_used_is_not_written_down():
    assert "scaling" not in NetworkRecipe().model_dump()
    assert "padding" not in ConvStage().model_dump()
    assert "pooling" not in NetworkRecipe().model_dump()
    assert network(scaling="unit").digest != network().digest
    assert network(pooling="average").digest != network().digest
    assert NetworkRecipe.read(network(scaling="unit").model_dump(mode="json")) == network(scaling="unit")


def test_with_zeros_around_maps_stay_as_large_as_they_were():
    assert [row.shape for row in layer_rows(network())[:3]] == [(28, 28, 32), (14, 14, 32), (14, 14, 32)]
    # Also where the kernel is larger than they are.
    assert layer_rows(NetworkRecipe.read({"conv": [{}, {"kernel": 9, "padding": "same"}], "pool": [4]}))[2].shape == (
        6,
        6,
        32,
    )


def test_pools_that_take_the_mean_are_called_so():
    names = [row.name for row in layer_rows(network(pooling="average"))]
    assert names[:3] == ["Conv2D_1", "Average_Pool_1", "Conv2D_2"]
    assert [row.shape for row in layer_rows(network(pooling="average"))] == [row.shape for row in layer_rows(network())]


def test_padding_and_scaling_stand_in_links():
    recipe = TrainingRecipe.read({"network": network(scaling="bytes", pooling="average").model_dump()})
    assert {"network.conv.0.padding", "network.scaling", "network.pooling"} <= to_link(recipe).keys()
    assert from_link(TrainingRecipe, to_link(recipe)) == (recipe, [])


@pytest.mark.parametrize(
    ("layer", "row", "column", "expected"),
    [
        ("Conv2D_1", 0, 27, (0, 26, 2, 28)),
        ("Conv2D_1", 5, 6, (4, 5, 7, 8)),
        ("Max_Pool_1", 0, 13, (0, 25, 3, 28)),
        ("Conv2D_2", 0, 0, (0, 0, 7, 7)),
        ("Dense_1", 0, 0, (0, 0, 28, 28)),
    ],
)
def test_a_field_ends_at_the_rim(layer, row, column, expected):
    window = receptive_field(network(), layer, row, column)
    assert (window.top, window.left, window.bottom, window.right) == expected


@pytest.mark.parametrize("scaling", RANGES)
def test_digits_run_from_the_black_to_the_white_of_their_scaling(scaling: Scaling):
    ends = scaled(np.array([[[0, 255]]], np.uint8), scaling).ravel()
    np.testing.assert_allclose(ends, [RANGES[scaling].black, RANGES[scaling].white], rtol=1e-6)


@pytest.mark.parametrize("scaling", RANGES)
def test_beside_an_ascent_digits_are_as_the_network_sees_them_but_for_its_scale(scaling: Scaling):
    found = RANGES[scaling]
    there = for_ascent(DIGITS, scaling) * found.factor + found.shift
    np.testing.assert_allclose(there, scaled(DIGITS, scaling), atol=1e-4 * found.factor)


def test_standardised_digits_are_what_they_were():
    np.testing.assert_array_equal(scaled(DIGITS, "standardised"), standardise(DIGITS))
    np.testing.assert_array_equal(for_ascent(DIGITS, "standardised"), standardise(DIGITS))
    assert SCALINGS.keys() == RANGES.keys() | {"standardised"}


def test_a_network_keeps_how_it_takes_in_pictures(tmp_path):
    recipe = network(scaling="signed")
    weights = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(recipe).items()}
    stored = StoredNetwork(recipe, weights)
    write_network(tmp_path, stored)
    assert read_network(tmp_path).recipe.scaling == "signed"
    assert read_network(tmp_path).digest == stored.digest != StoredNetwork(network(), weights).digest


def test_a_training_goes_on_from_weights_of_its_own_scaling_only(home, tmp_path):
    store, recipe = Store(home), small_training()
    run = store.create(recipe, "first")
    weights = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(recipe.network).items()}
    write_network(run.path / "model", StoredNetwork(recipe.network, weights))
    run.set_state("finished")
    assert initial_network(small_training(initial=run.id), store) is not None
    with refused(RecipeError, "scaled otherwise"):
        initial_network(small_training(initial=run.id, network={"scaling": "unit"}), store)
