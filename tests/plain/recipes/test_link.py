"""A link restores its recipe; whatever else stands in a link costs only itself and one sentence."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.recipes import trainings
from support.sentences import assert_sentence

from mnistlab.recipes import NetworkRecipe, OipRecipe, RecipePart, TrainingRecipe
from mnistlab.recipes.base import choice
from mnistlab.recipes.link import from_link, to_link
from mnistlab.recipes.network import ConvStage, DenseStage
from mnistlab.recipes.views import ClassesLink

DEFAULT = TrainingRecipe()


def read(**parameters):
    """Read a link whose parameters are given with two underscores for a dot."""
    return from_link(TrainingRecipe, {name.replace("__", "."): text for name, text in parameters.items()})


def recipe_of(**parameters):
    recipe, complaints = read(**parameters)
    assert complaints == []
    return recipe


def assert_complains_about(words, complaints):
    assert len(complaints) == len(words)
    for word in words:
        assert any(word in complaint for complaint in complaints)
    for complaint in complaints:
        assert_sentence(complaint)


@given(trainings())
def test_a_link_restores_its_recipe(recipe):
    assert from_link(TrainingRecipe, to_link(recipe)) == (recipe, [])


def test_the_default_needs_no_parameters():
    assert to_link(DEFAULT) == {}
    assert from_link(TrainingRecipe, {}) == (DEFAULT, [])


def test_only_what_differs_from_the_default_stands_in_a_link():
    conv = tuple(
        stage.model_copy(update={"activation": "elu"}) if place == 1 else stage
        for place, stage in enumerate(DEFAULT.network.conv)
    )
    recipe = DEFAULT.model_copy(
        update={"epochs": 3, "schedule": None, "network": DEFAULT.network.model_copy(update={"conv": conv})}
    )
    assert to_link(recipe) == {"epochs": "3", "schedule": "none", "network.conv.1.activation": "elu"}


def test_what_a_link_leaves_out_has_the_value_its_parent_gives_that_place():
    conv = recipe_of(network__conv__1__activation="elu").network.conv
    assert conv == (ConvStage(filters=32), ConvStage(filters=64, activation="elu"), ConvStage(filters=128))


def test_places_past_the_defaults_end_are_like_its_last():
    network = recipe_of(network__conv__length="4", network__pool__length="3", network__pool__2="1").network
    assert [stage.filters for stage in network.conv] == [32, 64, 128, 128]
    assert network.pool == (2, 2, 1)


def test_a_shorter_list_keeps_the_first_places():
    network = recipe_of(network__conv__length="1", network__pool__length="0", network__dense__length="0").network
    assert (network.conv, network.pool, network.dense) == ((ConvStage(filters=32),), (), ())


def test_new_places_do_not_share_their_values():
    dense = recipe_of(network__dense__length="3", network__dense__1__units="50").network.dense
    assert dense == (DenseStage(units=100), DenseStage(units=50), DenseStage(units=100))


def test_parameters_of_somebody_else_are_passed_over():
    assert recipe_of(run="training-0a1b2c3d", model="reference", kind="oip", theme="dark") == DEFAULT


@pytest.mark.parametrize(
    ("bad", "text"),
    [
        ("epochs", "0"),
        ("epochs", ""),
        ("epochs", "none"),
        ("epochs", "nan"),
        ("learning_rate", "inf"),
        ("optimizer", "adagrad"),
        ("network", "{}"),
        ("network.conv", "[]"),
        ("network.conv.0.filters", "9999"),
        ("network.conv.1", "3"),
        ("network.conv.7.filters", "8"),
        ("network.conv.-1.filters", "8"),
        ("network.conv.length", "99"),
        ("network.conv.length", "0"),
        ("network.conv.length", "-1"),
        ("network.conv.length", "9" * 5000),
        ("network.conv." + "9" * 5000 + ".filters", "8"),
        ("network." + "x" * 5000, "8"),
        ("network.color", "red"),
        ("network.regularizer", "l3"),
        ("epochs.length", "3"),
        ("seed.0", "3"),
        ("initial", "../x"),
        ("network.pool.0\n\x1b[2J", "2"),
    ],
)
def test_a_bad_parameter_costs_only_itself(bad, text):
    good = {"batch_size": "128", "network.conv.2.kernel": "2", "network.regularizer_strength": "0.01"}
    recipe, complaints = from_link(TrainingRecipe, good | {bad: text})
    assert to_link(recipe) == good
    assert_complains_about([bad.split(".")[0]], complaints)


def test_each_bad_parameter_has_its_own_sentence():
    recipe, complaints = read(
        epochs="0", optimizer="best", network__conv__0__filters="-3", network__conv__1__filters="16"
    )
    assert to_link(recipe) == {"network.conv.1.filters": "16"}
    assert_complains_about(["“epochs”", "“optimizer”", "“network.conv.0.filters”"], complaints)


def test_an_impossible_network_costs_the_network_and_nothing_else():
    recipe, complaints = read(
        network__conv__length="5", network__pool__length="4", epochs="3", network__regularizer="l1"
    )
    assert to_link(recipe) == {"epochs": "3", "network.regularizer": "l1"}
    assert_complains_about(["below one pixel"], complaints)


def test_more_convolutions_without_their_pools_are_complained_about():
    recipe, complaints = read(network__conv__length="4")
    assert recipe == DEFAULT
    assert_complains_about(["4 convolutions need 3 pools"], complaints)


def test_a_list_of_parts_that_is_empty_by_default_can_be_linked():
    target = {"map_index": None, "maps": [{"map_index": 3}, {"map_index": 7, "weight": -0.5}]}
    recipe = OipRecipe.read({"kind": "oip", "target": target})
    assert from_link(OipRecipe, to_link(recipe)) == (recipe, [])


PARTS = st.sampled_from(
    [
        "network",
        "conv",
        "pool",
        "dense",
        "length",
        "filters",
        "units",
        "epochs",
        "initial",
        "0",
        "1",
        "9",
        "-1",
        "",
        "kind",
        "٣",
        "²",
    ]
)
PATHS = st.lists(PARTS | st.text(max_size=3), min_size=1, max_size=5).map(".".join)
VALUES = (
    st.integers(-2, 70).map(str)
    | st.sampled_from(["none", "relu", "1e400", "nan", "-0.0", "٣", "", " 3 "])
    | st.text(max_size=5)
)


@given(st.dictionaries(PATHS, VALUES, max_size=6))
@example({"network.conv.length": "٣"})
@example({"network.conv.length": "2", "network.conv.2.filters": "8"})
@example({"network.dense.length": "0", "network.dense.0.units": "8"})
def test_any_link_gives_a_recipe_and_sentences(parameters):
    recipe, complaints = from_link(TrainingRecipe, parameters)
    assert TrainingRecipe.read(recipe.model_dump(mode="json")) == recipe
    assert len(complaints) <= len(parameters)
    for complaint in complaints:
        assert_sentence(complaint)


@given(trainings(), st.dictionaries(PATHS, VALUES, max_size=3))
def test_what_was_read_from_any_link_can_be_linked_again(recipe, additions):
    restored, _ = from_link(TrainingRecipe, to_link(recipe) | additions)
    assert from_link(TrainingRecipe, to_link(restored)) == (restored, [])


@pytest.mark.parametrize(
    ("kind", "content"),
    [(NetworkRecipe, {"classes": 26}), (ClassesLink, {"cls": {"tab": "plane"}})],
)
def test_what_json_leaves_out_by_default_can_stand_in_a_link(kind, content):
    recipe = kind.read(content)
    link = to_link(recipe)
    assert len(link) == 1
    restored, complaints = from_link(kind, link)
    assert (restored.digest, complaints) == (recipe.digest, [])
    assert to_link(kind()) == {}


def test_only_a_list_of_parts_can_grow_from_nothing():
    class Lists(RecipePart):
        numbers: tuple[int, ...] = choice((), title="Numbers", help="None by default.")
        rows: tuple[tuple[int, ...], ...] = choice(((),), title="Rows", help="One empty row by default.")
        parts: tuple[ConvStage, ...] = choice((), title="Parts", help="None by default.")

    recipe, complaints = from_link(Lists, {"numbers.length": "2", "rows.0.length": "1", "parts.length": "2"})
    assert recipe == Lists(parts=(ConvStage(), ConvStage()))
    assert_complains_about(["“numbers.length” cannot be longer", "“rows.0.length” cannot be longer"], complaints)


def test_a_complaint_repeats_the_first_eighty_characters_of_a_name_and_forty_of_a_value():
    _, complaints = from_link(TrainingRecipe, {"network.conv.length": "9" * 300, "network." + "y" * 300: "1"})
    too_long, unknown = sorted(complaints, key=lambda complaint: "choice of this" in complaint)
    assert f"Received: '{'9' * 40}'." in too_long
    assert f"“network.{'y' * 72}”" in unknown


@pytest.mark.parametrize(("length", "fits"), [("64", True), ("65", False), ("0064", True), ("00064", False)])
def test_a_list_in_a_link_has_an_end(length, fits):
    class Long(RecipePart):
        parts: tuple[ConvStage, ...] = choice((), title="Parts", help="None by default.")

    recipe, complaints = from_link(Long, {"parts.length": length})
    assert len(recipe.parts) == (64 if fits else 0)
    assert_complains_about([] if fits else ["“parts.length” should be a small whole number"], complaints)
