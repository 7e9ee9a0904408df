"""Carving: the fixtures, detail that comes back, smooth borders, maps by area, and the same dream again from its PNG."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.dreams import photo, saved
from support.networks import ODD_NETWORKS, network
from support.sentences import refused

from mnistlab.carving.dream_files import dream_png, picture_of, read_dream_png
from mnistlab.carving.photos import SAMPLES, find_photo, keep_normalised
from mnistlab.carving.resizing import down
from mnistlab.cnn.dream import dream
from mnistlab.cnn.responses import observer_of
from mnistlab.cnn.zoom import film
from mnistlab.data.photos import decoded, normalised
from mnistlab.data.standardise import standardise
from mnistlab.errors import RecipeError
from mnistlab.progress import Progress, Request, Result
from mnistlab.recipes import DreamRecipe, ZoomRecipe
from mnistlab.recipes.dream import AreaRecipe, CarvingAscent, LevelRecipe, every_area
from mnistlab.recipes.dream_view import FIRST_DREAM
from mnistlab.results.dream import DreamResult
from mnistlab.store.models import reference_network
from mnistlab.store.networks import read_network

ORACLES = Path(__file__).parents[1] / "oracles"


def carve(recipe, stored=None, picture=None):
    """The result's arrays."""
    *_, result = dream(recipe, stored or reference_network(), photo(300, 300) if picture is None else picture)
    assert isinstance(result, Result)
    return result.arrays


def small(**choices):
    return DreamRecipe(**({"size": 280, "iterations": 2, "ascent": CarvingAscent(steps=5, rescue=True)} | choices))


@pytest.mark.parametrize("name", ["carve_published_one", "carve_restored_all"])
def test_agrees_with_the_fixture(name):
    fixture = np.load(ORACLES / f"{name}.npz")
    recipe = DreamRecipe(
        map_index=int(fixture["map_index"]),
        iterations=int(fixture["iterations"]),
        ascent=CarvingAscent(steps=int(fixture["steps"]), step_size=float(fixture["step_size"])),
        restore_contrast=bool(fixture["restore_contrast"]),
        areas=tuple(AreaRecipe(level=1, row=int(row), column=int(column)) for row, column in fixture["tiles"]),
    )
    found = carve(recipe, read_network(ORACLES / "cnn"), np.repeat(fixture["picture"][..., None], 3, axis=2))
    assert np.corrcoef(found["picture"].ravel(), fixture["final"].ravel())[0, 1] > 0.9999


@pytest.mark.parametrize("blend", [0.0, 0.6])
@pytest.mark.parametrize("size", [280, 333])
@pytest.mark.parametrize("levels", [0, 1, 2, 3])
def test_without_steps_the_picture_comes_back(levels, size, blend):
    found = carve(small(levels=levels, size=size, blend=blend, ascent=CarvingAscent(steps=0)))
    np.testing.assert_allclose(found["picture"], found["original"], atol=1e-4)


def test_without_strength_the_picture_comes_back():
    found = carve(small(strength=0.0))
    np.testing.assert_allclose(found["picture"], found["original"], atol=1e-4)


def step_ratio(picture, levels, near=None):
    """The mean step across tile borders, over all others; or over those of the `near` pixels on either side of a border."""
    size = len(picture)
    borders = np.array([round(size * number / 2**levels) - 1 for number in range(1, 2**levels)])
    distance = np.abs(np.arange(size - 1)[:, None] - borders).min(axis=1)
    inside = (distance > 0) & (distance <= (near or size))
    both = [np.abs(np.diff(values, axis=1)).mean(axis=0) for values in (picture, picture.T)]
    return np.mean([steps[borders] for steps in both]) / np.mean([steps[inside] for steps in both])


@pytest.mark.parametrize(
    ("levels", "size"),
    [
        *((levels, 280) for levels in (1, 2, 3)),
        # Of the larger ones the one with most tiles; all in the soak.
        (3, 560),
        *(pytest.param(levels, 560, marks=pytest.mark.soak) for levels in (1, 2)),
        *(pytest.param(levels, 1120, marks=pytest.mark.soak) for levels in (1, 2, 3)),
    ],
)
@pytest.mark.parametrize("name", SAMPLES)
def test_steps_across_borders_are_as_large_as_all_others(name, levels, size, home):
    recipe = FIRST_DREAM.model_copy(update={"picture": name, "levels": levels, "size": size})
    found = carve(recipe, picture=find_photo(name, home))
    assert step_ratio(found["picture"], levels) <= 1.1


# What the measure above cannot tell: a picture may have little detail of its own along the borders, and hide a seam by that.
@pytest.mark.parametrize(
    "levels", [pytest.param(1, marks=pytest.mark.soak), 2, pytest.param(3, marks=pytest.mark.soak)]
)
@pytest.mark.parametrize("name", SAMPLES)
def test_no_border_of_a_tile_shows_where_they_are_blended(name, levels, home):
    recipe = DreamRecipe(picture=name, levels=levels, blend=0.6, choose="strongest", carve_full=False)
    found = carve(recipe, picture=find_photo(name, home))
    assert step_ratio(found["picture"], levels, near=6) < 1.1
    assert step_ratio(found["picture"] - found["original"], levels, near=6) < 1.1
    cut = carve(recipe.model_copy(update={"blend": 0.0}), picture=find_photo(name, home))
    assert step_ratio(cut["picture"] - cut["original"], levels, near=6) > 1.5


def test_carving_raises_the_scores_and_changes_only_what_is_chosen():
    area = AreaRecipe(level=1, row=1, column=0, map_index=20)
    found = carve(small(areas=(area,), carve_full=False))
    assert found["areas"].tolist() == [[1, 1, 0]]
    assert found["area_maps"].tolist() == [20]
    before, after = found["area_scores"][0]
    assert after > before
    changed = np.abs(found["picture"] - found["original"]) > 0.05
    assert changed[140:, :140].any()
    rest = found["picture"][:140], found["original"][:140]
    assert np.corrcoef(rest[0].ravel(), rest[1].ravel())[0, 1] > 0.9999


def test_each_area_can_have_its_own_map_its_levels_or_the_main_one():
    areas = (
        AreaRecipe(level=1, row=0, column=0, map_index=3),
        AreaRecipe(level=1, row=0, column=1),
        AreaRecipe(level=2, row=0, column=0, map_index=-1),
        AreaRecipe(level=2, row=3, column=3),
    )
    found = carve(small(levels=2, areas=areas, map_index=7, by_level=(LevelRecipe(map_index=9),)))
    assert found["area_maps"].tolist() == [7, 3, 9, -1, 7]


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        (small(map_index=128), ("full picture", "128 maps")),
        (small(areas=(AreaRecipe(level=1, row=1, column=0, map_index=400),)), ("level 1, row 1, column 0", "400")),
        (small(by_level=(LevelRecipe(map_index=999),)), ("level 1, row 0, column 0", "999")),
        (small(layer="Conv2D_9"), ("Conv2D_9",)),
        (small(layer="Flatten"), ("Flatten",)),
        (small(layer="Dense_2", map_index=10), ("full picture", "10 nodes")),
    ],
)
def test_a_map_that_does_not_exist_is_named_with_its_area(recipe, words):
    with refused(RecipeError, *words):
        dream(recipe, reference_network(), photo())


def test_a_picture_of_one_shade_is_refused():
    with refused(RecipeError, "same grey value"):
        dream(small(), reference_network(), np.full((300, 300, 3), 99, np.uint8))


@pytest.mark.parametrize("choose", ["strongest", "average", "weakest"])
def test_maps_are_chosen_by_their_reaction_to_each_tile(choose):
    recipe, stored = (
        small(choose=choose, levels=2, areas=(*every_area(1), AreaRecipe(level=2, row=3, column=0))),
        reference_network(),
    )
    found = carve(recipe, stored)
    original = found["original"]
    for place, chosen in zip(found["areas"], found["area_maps"], strict=True):
        level, row, column = place
        side = 280 // 2**level
        tile = original[row * side : (row + 1) * side, column * side : (column + 1) * side]
        scores = observer_of(stored, "Conv2D_3").all(standardise(down(tile[None]))).scores[0]
        reacting = np.sort(scores[scores > 0])[::-1]
        rank = {"strongest": 0, "average": len(reacting) // 2, "weakest": -1}[choose]
        assert scores[chosen] == reacting[rank]


@pytest.mark.parametrize("layer", ["Conv2D_1", "Max_Pool_2", "Dense_1", "Dense_2"])
@pytest.mark.parametrize("map_index", [None, 1])
def test_any_layer_carves(layer, map_index):
    found = carve(small(layer=layer, map_index=map_index, levels=2, blend=0.5))
    assert np.isfinite(found["picture"]).all()
    before, after = found["area_scores"].T
    assert (after >= before).all()
    assert after.sum() > before.sum()


@pytest.mark.parametrize("name", ODD_NETWORKS)
def test_any_network_dreams(name):
    stored = network(ODD_NETWORKS[name])
    layer = f"Conv2D_{len(stored.recipe.conv)}"
    found = carve(small(layer=layer, map_index=0, blend=0.5), stored)
    assert np.isfinite(found["picture"]).all()


def test_levels_can_have_their_own_steps_and_iterations():
    lazy = small(by_level=(LevelRecipe(iterations=0),))
    np.testing.assert_array_equal(carve(lazy)["picture"], carve(small(levels=0))["picture"])
    still = small(by_level=(LevelRecipe(steps=0),))
    np.testing.assert_allclose(carve(still)["area_scores"][1:], 0)


def test_as_many_steps_as_a_recipe_allows():
    # More than one call of the compiled loop takes.
    recipe = small(levels=1, iterations=1, ascent=CarvingAscent(steps=300), by_level=(LevelRecipe(steps=200),))
    assert np.isfinite(carve(recipe)["picture"]).all()


def test_every_level_of_every_iteration_shows_the_picture():
    reports = list(dream(small(levels=2), reference_network(), photo()))
    told = [(report.values["iteration"], report.values["level"]) for report in reports[:-1]]
    assert sorted(set(told)) == [(iteration, level) for iteration in (1, 2) for level in (0, 1, 2)]
    assert all(report.pictures["picture"].shape == (280, 280) for report in reports[:-1])
    done = [report.done for report in reports[:-1]]
    assert done == sorted(done)
    assert done[-1] == reports[-2].total
    assert reports[-1].arrays["steps"].shape == (2, 280, 280)


def test_a_stop_keeps_what_is_there():
    reports = dream(small(iterations=20), reference_network(), photo())
    report = next(reports)
    while isinstance(report, Progress):
        report = reports.send(Request.STOP)
    assert len(report.arrays["steps"]) == 1


def test_the_recipe_in_a_png_makes_the_same_picture_bit_for_bit(home):
    content = normalised(saved(photo(321, 456)))
    name = keep_normalised(content, home)
    recipe = small(picture=name, levels=3, colour=True, blend=0.4, choose="average")
    first = carve(recipe, picture=decoded(content))
    png = dream_png(recipe, picture_of(recipe, DreamResult.of(first)), content)
    again, inside = read_dream_png(png)
    second = carve(again, picture=find_photo(keep_normalised(inside, home), home))
    np.testing.assert_array_equal(first["picture"], second["picture"])
    np.testing.assert_array_equal(picture_of(recipe, DreamResult.of(first)), picture_of(again, DreamResult.of(second)))


def test_a_film_zooms_into_its_own_dream():
    recipe = ZoomRecipe(dream=small(iterations=1, levels=1, colour=True), frames=3, zoom=1.2)
    *reports, result = film(recipe, reference_network(), photo())
    assert result.arrays["frames"].shape == (3, 280, 280, 3)
    assert reports[-1].done == reports[-1].total
    with refused(RecipeError, "full picture"):
        film(recipe.model_copy(update={"dream": small(map_index=999)}), reference_network(), photo())


def test_the_command_line_dreams(home, tmp_path):
    (tmp_path / "photo.png").write_bytes(saved(photo()))
    recipe = {"kind": "dream", "picture": str(tmp_path / "photo.png"), "size": 280, "iterations": 1, "levels": 1}
    (tmp_path / "recipe.json").write_text(json.dumps(recipe))
    command = [sys.executable, "-m", "mnistlab", "run", str(tmp_path / "recipe.json"), "--out", str(tmp_path / "out")]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(shown.stdout.splitlines()[-1])["pictures"] == ["dream.png", "iterations.gif"]
    result = np.load(tmp_path / "out" / "result.npz")
    assert result["picture"].shape == result["original"].shape == (280, 280)
    again, inside = read_dream_png((tmp_path / "out" / "dream.png").read_bytes())
    second = carve(again, picture=find_photo(keep_normalised(inside, home), home))
    np.testing.assert_array_equal(result["picture"], second["picture"])
