"""What earlier versions wrote into links, files and stores goes on working (`tests/golden/make_golden.py`)."""

import json
import shutil
from pathlib import Path

import pytest

from mnistlab.carving.dream_files import read_dream_png
from mnistlab.recipes import KINDS, read_recipe
from mnistlab.recipes.dream_view import DreamLink
from mnistlab.recipes.link import from_link
from mnistlab.recipes.views import ActivationsLink, ClassesLink
from mnistlab.store.atlases import atlas_recipe, find_atlas
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish, equal_run

GOLDEN = Path(__file__).parents[1] / "golden"
RECIPES = json.loads((GOLDEN / "recipes.json").read_text())
LINKS = json.loads((GOLDEN / "links.json").read_text())
RUNS = json.loads((GOLDEN / "store.json").read_text())
LINKED = {"act": ActivationsLink, "cls": ClassesLink, "dream": DreamLink}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(shutil.copytree(GOLDEN / "store", tmp_path / "home"))


def kind_of_link(row):
    """Views are told by the one first part of all their parameters; recipes of a page by the page."""
    prefixes = {name.split(".")[0] for name in row["link"]}
    if len(prefixes) == 1 and (view := LINKED.get(*prefixes)):
        return view
    return KINDS[Path(row["page"]).stem.removesuffix(".py").replace("train", "training")]


def test_each_kind_of_recipe_is_held():
    assert {row["recipe"]["kind"] for row in RECIPES} >= {
        "training",
        "oip",
        "precursor",
        "atlas",
        "dream",
        "zoom",
        "tsne",
        "explanation",
        "robustness",
        "labels",
    }


@pytest.mark.parametrize("number", range(len(RECIPES)))
def test_a_recipe_has_the_digest_it_had(number):
    row = RECIPES[number]
    assert read_recipe(row["recipe"]).digest == row["digest"]


@pytest.mark.parametrize("number", range(len(LINKS)))
def test_a_link_restores_what_it_restored(number):
    row = LINKS[number]
    restored, complaints = from_link(kind_of_link(row), row["link"])
    assert (restored.digest, complaints) == (row["digest"], [])


@pytest.mark.parametrize("row", RUNS, ids=lambda row: row["name"])
def test_a_run_is_what_it_was(store, row):
    run = store.get(row["id"])
    assert store.state(run).name == "finished"
    assert (run.name(), run.owner(), run.recipe().digest) == (row["name"], row["owner"], row["recipe"])
    assert {name: list(values.shape) for name, values in run.result().items()} == row["arrays"]
    if row["network"]:
        assert run.network().digest == row["network"]
        assert run.network(1).recipe == run.recipe().network


@pytest.mark.parametrize("row", RUNS, ids=lambda row: row["name"])
def test_an_equal_wish_finds_the_run_that_is_there(store, row):
    recipe = store.get(row["id"]).recipe()
    assert Wish.of(recipe, store).key == row["key"]
    found = equal_run(Wish.of(recipe, store), store)
    assert found is not None
    assert found.id == row["id"]


def test_an_atlas_is_found_by_its_recipe(store):
    (row,) = (row for row in RUNS if row["kind"] == "atlas")
    atlas = find_atlas(store.get(row["id"]).recipe(), store)
    assert atlas is not None
    assert list(atlas.images.shape) == row["arrays"]["images"]


@pytest.mark.parametrize(("name", "has_photo"), [("dream.png", False), ("dream-of-own-photo.png", True)])
def test_a_dreams_png_restores_its_recipe(name, has_photo):
    found = read_dream_png((GOLDEN / name).read_bytes())
    assert found is not None
    recipe, photo = found
    dream = next(row for row in RECIPES if row["recipe"].get("picture") == "sea")
    expected = read_recipe(dream["recipe"])
    assert recipe.model_copy(update={"picture": "sea"}).digest == expected.digest
    assert (photo is not None) == has_photo


@pytest.mark.parametrize(("layer", "maps"), [("Conv2D_1", 32), ("Conv2D_2", 64), ("Conv2D_3", 128)])
def test_the_atlases_of_the_reference_network_come_along(home, layer, maps):
    atlas = find_atlas(atlas_recipe("reference", layer), Store(home))
    assert atlas is not None
    assert (atlas.images.shape, atlas.images.dtype) == ((maps, 28, 28), "float32")
    assert atlas.map_index.tolist() == list(range(maps))
    for other in (atlas_recipe("training-0a1b2c3d", layer), atlas_recipe("reference", "Dense_1")):
        assert find_atlas(other, Store(home)) is None
