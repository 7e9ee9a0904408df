"""Shapes and parameter counts are those of the articles; networks that cannot be built are refused by the layer's name."""

from math import prod

import pytest
from hypothesis import given
from support.recipes import network_contents, networks
from support.sentences import assert_sentence, refused

from mnistlab.errors import NetworkError
from mnistlab.recipes.network import MOST_PARAMETERS, NetworkRecipe, layer_rows, weight_shapes

# algorithms.md §2
ARTICLE_LAYERS = [
    ("Conv2D_1", (26, 26, 32), 320),
    ("Max_Pool_1", (13, 13, 32), 0),
    ("Conv2D_2", (11, 11, 64), 18_496),
    ("Max_Pool_2", (5, 5, 64), 0),
    ("Conv2D_3", (3, 3, 128), 73_856),
    ("Flatten", (1152,), 0),
    ("Dense_1", (100,), 115_300),
    ("Dense_2", (10,), 1_010),
]
ARTICLE_PARAMETERS = 208_982


def network(conv=({}, {}, {}), **content):
    return NetworkRecipe.read({"conv": list(conv), **content})


def test_the_default_is_the_network_of_the_articles():
    rows = layer_rows(NetworkRecipe())
    assert [(row.name, row.shape, row.parameters) for row in rows] == ARTICLE_LAYERS
    assert sum(row.parameters for row in rows) == ARTICLE_PARAMETERS


def test_the_default_regularises_and_activates_as_the_articles_do():
    default = NetworkRecipe()
    assert {stage.activation for stage in (*default.conv, *default.dense)} == {"relu"}
    assert default.output_activation == "softmax"
    assert (default.regularizer, default.regularizer_strength) == ("l2", 0.001)


@given(networks())
def test_weights_have_as_many_numbers_as_the_layers_say(recipe):
    assert sum(map(prod, weight_shapes(recipe).values())) == sum(row.parameters for row in layer_rows(recipe))


@given(networks())
def test_weights_of_a_layer_stand_together_in_the_order_of_the_layers(recipe):
    weighted = [row.name for row in layer_rows(recipe) if row.parameters]
    assert list(weight_shapes(recipe)) == [f"{name}/{part}" for name in weighted for part in ("kernel", "bias")]


@given(networks())
def test_layers_alternate_and_end_in_ten_nodes(recipe):
    rows = layer_rows(recipe)
    kinds = [row.kind for row in rows]
    stages, hidden = len(recipe.conv), len(recipe.dense)
    after_last = ["pool"] * (len(recipe.pool) == stages)
    assert kinds == ["convolution", "pool"] * (stages - 1) + ["convolution", *after_last, "flatten"] + ["dense"] * (
        hidden + 1
    )
    assert rows[-1].shape == (10,)
    assert all(side >= 1 for row in rows for side in row.shape)


@given(network_contents())
def test_a_network_is_possible_or_refused_with_one_sentence(content):
    try:
        recipe = NetworkRecipe.read(content)
    except NetworkError as error:
        assert_sentence(error)
        assert "below one pixel" in str(error) or "parameters" in str(error)
    else:
        assert sum(row.parameters for row in layer_rows(recipe)) <= MOST_PARAMETERS


@pytest.mark.parametrize(
    ("content", "layer"),
    [
        ({"conv": [{}, {}, {}], "pool": [4, 4]}, "Conv2D_3"),
        ({"conv": [{}, {"kernel": 4}, {}], "pool": [4, 4]}, "Max_Pool_2"),
        ({"conv": [{}, {}, {}, {}], "pool": [2, 2, 2]}, "Conv2D_4"),
        ({"conv": [{"kernel": 9}] * 4, "pool": [1, 1, 1]}, "Conv2D_4"),
    ],
)
def test_the_layer_whose_maps_would_shrink_too_far_is_named(content, layer):
    with refused(NetworkError, layer, "below one pixel"):
        network(**content)


def test_maps_may_shrink_to_exactly_one_pixel():
    rows = {
        row.name: row.shape
        for row in layer_rows(network(conv=[{"kernel": 9}, {"kernel": 9}, {"kernel": 4}], pool=[1, 3]))
    }
    assert rows["Conv2D_3"] == (1, 1, 32)


@pytest.mark.parametrize(("stages", "pools"), [(1, 2), (2, 0), (2, 3), (3, 1), (3, 5)])
def test_a_wrong_number_of_pools_is_refused(stages, pools):
    with refused(NetworkError, f"need {stages - 1} pools", f"Received: {pools}"):
        network(conv=[{}] * stages, pool=[1] * pools)


def test_a_pool_may_stand_after_the_last_convolution():
    """The layout of Keras' own example for MNIST."""
    rows = layer_rows(network(conv=[{}, {"filters": 64}], pool=[2, 2], dense=[]))
    assert [(row.name, row.shape) for row in rows[2:5]] == [
        ("Conv2D_2", (11, 11, 64)),
        ("Max_Pool_2", (5, 5, 64)),
        ("Flatten", (1600,)),
    ]
    assert sum(row.parameters for row in rows) == 34_826


def test_a_pool_after_the_last_convolution_larger_than_its_maps_is_refused():
    with refused(NetworkError, "Max_Pool_2", "below one pixel"):
        network(conv=[{"kernel": 9}, {"kernel": 9}], pool=[2, 4])


def test_too_many_parameters_are_refused_with_their_number():
    with refused(NetworkError, "205,", f"at most {MOST_PARAMETERS:,}"):
        network(conv=[{"filters": 256, "kernel": 1}], pool=[], dense=[{"units": 1024}])


def test_a_network_without_hidden_layers_reads_the_maps_directly():
    rows = layer_rows(network(conv=[{"filters": 8}], pool=[], dense=[]))
    assert [(row.name, row.parameters) for row in rows[-2:]] == [("Flatten", 0), ("Dense_1", (26 * 26 * 8 + 1) * 10)]
