"""Every kind of recipe has its one home, and all of it is declared."""

import dataclasses
import inspect

import pytest

from mnistlab import recipes
from mnistlab.kinds import KINDS, Kind, kind_of
from mnistlab.recipes import NetworkRecipe, read_recipe
from mnistlab.recipes.atlas import AtlasRecipe, share_of_steps, steps_of_a_map
from mnistlab.recipes.run import RunRecipe

NETWORK = NetworkRecipe()
METHODS = {"precursor": [{"method": "exhaustive"}], "atlas": [{"precursor": {"method": "exhaustive"}}]}
TWICE = {
    "training": {"epochs": 10},
    "oip": {"answers": 2},
    "precursor": {"maps": list(range(64)), "method": "exhaustive"},
    "atlas": {"ascent": {"steps": 240}},
    "dream": {"iterations": 8},
    "zoom": {"frames": 48},
    "tsne": {"steps": 1600},
    "explanation": {"steps": 640},
    "robustness": {"strengths": 20},
    "labels": {"epochs": 2},
}


def recipes_of(name):
    return [read_recipe({"kind": name} | content) for content in [{}, *METHODS.get(name, [])]]


def test_what_can_be_read_has_a_home_and_the_other_way_round():
    assert KINDS.keys() == recipes.KINDS.keys()
    assert {name: kind.recipe for name, kind in KINDS.items()} == recipes.KINDS


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_declared_to_the_last_field(name):
    kind = KINDS[name]
    assert kind.name == name
    assert issubclass(kind.recipe, RunRecipe)
    assert kind.title
    assert all(getattr(kind, field.name) is not None for field in dataclasses.fields(Kind))
    assert len(inspect.signature(kind.start).parameters) == 2


@pytest.mark.parametrize("name", KINDS)
def test_every_pace_has_a_first_guess(name):
    for recipe in recipes_of(name):
        assert kind_of(recipe).pace(recipe) in KINDS[name].first_guess


@pytest.mark.parametrize("name", KINDS)
def test_default_work_is_counted_and_takes_from_a_second_to_some_minutes(name):
    kind = KINDS[name]
    recipe = kind.recipe()
    assert 0.01 < kind.work(recipe, NETWORK) * kind.first_guess[kind.pace(recipe)] < 600


@pytest.mark.parametrize("name", KINDS)
def test_more_work_counts_as_more(name):
    kind, more = KINDS[name], read_recipe({"kind": name} | TWICE[name])
    assert kind.work(more, NETWORK) > 1.5 * kind.work(kind.recipe(), NETWORK)


@pytest.mark.parametrize("name", KINDS)
def test_a_recipe_names_its_network_and_can_be_put_on_another(name):
    recipe = KINDS[name].recipe()
    moved = recipe.on_network("training-0a1b2c3d")
    if name == "labels":
        # Its networks are its own.
        assert (recipe.network_name, moved) == (None, recipe)
        return
    if name == "training":
        assert (recipe.network_name, moved) == (None, recipe)
        moved = recipe.model_copy(update={"initial": "reference"}).on_network("training-0a1b2c3d")
    assert moved.network_name == "training-0a1b2c3d"
    assert moved.digest != recipe.digest


def test_an_atlas_counts_all_its_climbs():
    recipe = AtlasRecipe.read({"precursor": {"keep": 2}, "ascent": {"steps": 100}})
    coarse, kept, hops = 2 * 6 * 10, 2 * 50, 8 * 40
    assert steps_of_a_map(recipe) == coarse + kept + hops


def test_a_share_of_few_steps_is_one_step_at_least():
    recipe = AtlasRecipe.read({"ascent": {"steps": 4}})
    assert [share_of_steps(recipe, share) for share in (0.01, 0.2, 0.5, 1)] == [1, 1, 2, 4]
