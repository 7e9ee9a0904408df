"""The geometry and the shades of a dream."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from support.dreams import photo

from mnistlab.carving.preview import PIXELS_PER_SECOND, TILE_STEPS_PER_SECOND, preview_of, seconds_of, tile_steps
from mnistlab.carving.resizing import down, up
from mnistlab.carving.roulette import throw
from mnistlab.carving.shades import coloured, grey_of, shown, square
from mnistlab.carving.tiles import tiles_of
from mnistlab.recipes import DreamRecipe, NetworkRecipe, layer_rows
from mnistlab.recipes.dream import AreaRecipe, CarvingAscent, ContrastRecipe, CropRecipe, LevelRecipe, every_area

SIZES, BLENDS = st.integers(280, 1120), st.floats(0, 1)


def of_level(level):
    return [area for area in every_area(3) if area.level == level]


@pytest.mark.parametrize("size", [40, 70, 281, 560])
def test_resizing_is_pillows_bicubic(size):
    image = np.random.default_rng(size).normal(size=(size, size)).astype(np.float32)
    small = np.asarray(Image.fromarray(image).resize((28, 28), Image.Resampling.BICUBIC))
    np.testing.assert_allclose(down(image[None])[0], small, atol=1e-5)
    large = np.asarray(Image.fromarray(small).resize((size, size), Image.Resampling.BICUBIC))
    np.testing.assert_allclose(up(small[None], size)[0], large, atol=1e-5)


@given(SIZES, st.integers(1, 3), BLENDS)
def test_all_areas_of_a_level_add_up_to_one_everywhere(size, level, blend):
    tiles = tiles_of(of_level(level), size, blend)
    picture = np.zeros((size, size), np.float32)
    tiles.add(picture, np.ones((4**level, tiles.side, tiles.side), np.float32))
    np.testing.assert_allclose(picture, 1, atol=1e-5)


@given(SIZES, st.integers(1, 3))
def test_what_is_cut_can_be_put_back(size, level):
    picture = np.random.default_rng(size).normal(size=(size, size)).astype(np.float32)
    tiles = tiles_of(of_level(level), size, 0.0)
    copy = np.zeros_like(picture)
    tiles.put(copy, tiles.cut(picture))
    np.testing.assert_array_equal(copy, picture)


@given(SIZES, BLENDS)
def test_an_area_fades_out_towards_its_neighbours_and_reaches_no_further(size, blend):
    tiles = tiles_of([AreaRecipe(level=2, row=1, column=2)], size, blend)
    picture = np.zeros((size, size), np.float32)
    tiles.add(picture, np.ones((1, tiles.side, tiles.side), np.float32))
    middle = picture[size // 4 : size // 2, size // 2 : 3 * size // 4]
    assert middle[middle.shape[0] // 2, middle.shape[1] // 2] == pytest.approx(1, abs=0.01)
    assert not picture[: size // 8 - 1].any()
    assert not picture[:, 7 * size // 8 + 2 :].any()


@pytest.mark.parametrize(("formula", "grey"), [("601", 114.0), ("709", 72.2), ("simple", 110.0)])
def test_grey_formulas(formula, grey):
    blue = np.zeros((1, 1, 3), np.uint8)
    blue[..., 2] = 1
    assert 1000 * grey_of(blue, formula)[0, 0] == pytest.approx(grey, rel=1e-5)


@pytest.mark.parametrize(
    ("formula", "shares"),
    [("601", (0.299, 0.587, 0.114)), ("709", (0.2126, 0.7152, 0.0722)), ("simple", (0.3, 0.59, 0.11))],
)
def test_each_colour_counts_its_share(formula, shares):
    """Those of the standards of that name, which add up to white."""
    assert sum(shares) == pytest.approx(1)
    colours = np.diag([200, 200, 200]).astype(np.uint8)[None]
    np.testing.assert_allclose(grey_of(colours, formula)[0], 200 * np.array(shares), rtol=1e-5)


def test_a_square_is_cut_where_the_recipe_says():
    picture = photo(300, 500)
    left = square(picture, CropRecipe(across=0.0), 300)
    np.testing.assert_array_equal(left, picture[:, :300])
    right = square(picture, CropRecipe(across=1.0, down=1.0, side=0.5), 150)
    np.testing.assert_array_equal(right, picture[150:, 350:])


def test_contrast_clips_at_a_part_of_the_smaller_end_of_the_original():
    original = np.array([[-2.0, 0.0], [1.0, 4.0]], np.float32)
    picture = np.array([[-2.0, 0.0], [0.5, 3.0]], np.float32)
    shades = shown(picture, original, ContrastRecipe(height=1.0, spectrum=1.0))
    np.testing.assert_array_equal(shades, [[0, 128], [159, 255]])


def test_colours_keep_their_hue_and_get_the_shades():
    picture = photo(56, 56)
    shades = grey_of(picture, "601").round().astype(np.uint8)
    np.testing.assert_allclose(coloured(shades, picture).astype(int), picture, atol=4)


def test_a_preview_takes_a_fraction_of_the_time_and_carves_about_as_far():
    recipe = DreamRecipe(iterations=6, levels=3, ascent=CarvingAscent(steps=60), by_level=(LevelRecipe(steps=0),))
    preview = preview_of(recipe)
    assert seconds_of(preview) < seconds_of(recipe) / 10
    assert preview.ascent.steps * preview.ascent.step_size == pytest.approx(6 * 60 * 0.01)
    assert preview.level(1).steps == 0
    assert preview.all_areas() == recipe.all_areas()


@given(st.integers(0, 2**31 - 1), st.sampled_from(["default", "small"]))
def test_the_roulette_throws_recipes_that_can_be_carried_out_at_once(seed, name):
    network = NetworkRecipe() if name == "default" else NetworkRecipe.read({"conv": [{"filters": 2}], "pool": []})
    rows = [row for row in layer_rows(network) if row.kind != "flatten"]
    thrown = throw(DreamRecipe(picture="sea", size=840), rows, seed)
    assert (thrown.picture, thrown.size) == ("sea", 840)
    (row,) = [row for row in rows if row.name == thrown.layer]
    assert thrown.map_index < row.shape[-1]
    assert all((thrown.level(level).map_index or 0) < row.shape[-1] for level in (1, 2, 3))
    assert DreamRecipe.read(thrown.model_dump(mode="json")) == thrown
    assert seconds_of(thrown) < 4


def test_an_original_without_shades_is_shown_as_mid_grey():
    nothing = np.zeros((2, 2), np.float32)
    assert (shown(nothing + 3, nothing, ContrastRecipe()) == 128).all()


ONE, TWO = AreaRecipe(level=1, row=0, column=1), AreaRecipe(level=2, row=3, column=3)


@pytest.mark.parametrize(
    ("content", "together", "alone", "passes"),
    [
        # The full picture (2 × 10 steps) and four quadrants (20 each).
        ({}, 2 * 10 + 4 * 2 * 20, 2 * 10, 4),
        # Each area a level's only one: 2 × 10, 2 × 20, 1 × 30.
        ({"areas": (ONE, TWO)}, 20 + 40 + 30, 20 + 40 + 30, 5),
        ({"areas": (ONE, TWO), "carve_full": False}, 40 + 30, 40 + 30, 3),
        ({"areas": (TWO, AreaRecipe(level=2)), "carve_full": False}, 2 * 30, 0, 1),
        ({"areas": ()}, 20, 20, 2),
    ],
)
def test_a_dream_costs_its_steps_and_its_pixels(content, together, alone, passes):
    by_level = (LevelRecipe(steps=20), LevelRecipe(steps=30, iterations=1))
    levels = 2 if "areas" in content else 1
    recipe = DreamRecipe(
        size=280, iterations=2, levels=levels, ascent=CarvingAscent(steps=10), by_level=by_level, **content
    )
    assert tile_steps(recipe) == together
    wanted = (together + 4 * alone) / TILE_STEPS_PER_SECOND + passes * 280**2 / PIXELS_PER_SECOND
    assert seconds_of(recipe) == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("levels", "steps", "step_size", "hurried"),
    [
        # A short way: a quarter of the steps where there are levels; never more than there were.
        (1, 30, 0.01, (20, 4 * 30 * 0.01 / 20)),
        (2, 30, 0.01, (5, 4 * 30 * 0.01 / 5)),
        (2, 3, 0.01, (3, 4 * 0.01)),
        # A way too long for so few: as many as it takes with the largest step, but at most twice as many.
        (2, 40, 0.025, (8, 0.5)),
        (2, 100, 0.1, (10, 0.5)),
        (1, 300, 0.5, (40, 0.5)),
        # A way so short that the smallest step would do.
        (1, 40, 0.0005, (20, 0.004)),
        (1, 0, 0.0005, (0, 0.0005)),
        (1, 1, 0.01, (1, 0.04)),
    ],
)
def test_a_preview_goes_as_far_in_fewer_steps(levels, steps, step_size, hurried):
    ascent = CarvingAscent(steps=steps, step_size=step_size, rescue=True)
    preview = preview_of(DreamRecipe(iterations=4, levels=levels, ascent=ascent))
    assert (preview.size, preview.iterations, preview.ascent.rescue) == (280, 1, True)
    for one in (preview.ascent, *preview.by_level):
        assert (one.steps, one.step_size) == pytest.approx(hurried)


def test_the_roulette_keeps_to_what_looks_good():
    rows = [row for row in layer_rows(NetworkRecipe()) if row.kind != "flatten"]
    thrown = [throw(DreamRecipe(gray="709", crop=CropRecipe(side=0.4)), rows, seed) for seed in range(1500)]
    last, others = "Conv2D_3", {row.name for row in rows}
    share = np.mean([recipe.layer == last for recipe in thrown])
    assert share == pytest.approx(0.7 + 0.3 / len(rows), abs=0.03)
    assert {recipe.layer for recipe in thrown} == others
    assert {recipe.iterations for recipe in thrown} == {1, 2, 3}
    assert {recipe.levels for recipe in thrown} == {1, 2, 3}
    assert {recipe.ascent.steps for recipe in thrown} == set(range(6, 16))
    for level in (1, 2, 3):
        assert {recipe.level(level).steps for recipe in thrown} == {steps + 9 * level for steps in range(8, 18)}
    assert {recipe.strength for recipe in thrown} == {0.8, 1.0}
    assert all(round(recipe.blend, 2) == recipe.blend for recipe in thrown)
    assert (min(recipe.blend for recipe in thrown), max(recipe.blend for recipe in thrown)) == (0.5, 0.9)
    assert np.mean([recipe.colour for recipe in thrown]) == pytest.approx(0.8, abs=0.04)
    assert np.mean([recipe.level(1).map_index is not None for recipe in thrown]) == pytest.approx(0.6, abs=0.04)
    for recipe in thrown:
        assert (recipe.gray, recipe.crop.side, recipe.contrast.height, recipe.contrast.spectrum) == (
            "709",
            0.4,
            1,
            1.25,
        )
        assert (recipe.ascent.step_size, recipe.ascent.rescue) == (0.01, True)


def test_a_network_of_one_convolution_is_thrown_with_that():
    rows = [row for row in layer_rows(NetworkRecipe.read({"conv": [{}], "pool": []})) if row.kind == "convolution"]
    assert {throw(DreamRecipe(), rows, seed).layer for seed in range(20)} == {"Conv2D_1"}


def test_a_part_of_a_picture_of_the_dreams_size_is_enlarged():
    picture = photo(100, 100)
    np.testing.assert_array_equal(square(picture, CropRecipe(), 100), picture)
    half = square(picture, CropRecipe(side=0.5, across=1.0, down=0.0), 100)
    wanted = Image.fromarray(picture).resize((100, 100), Image.Resampling.LANCZOS, (50, 0, 100, 50))
    np.testing.assert_array_equal(half, np.asarray(wanted))
