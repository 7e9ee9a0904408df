"""A mosaic keeps every map, in its place, whatever their number; its colours follow the scale."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mnistlab.pictures.colours import ANCHORS, STEPS, scale_for_plotly, table
from mnistlab.pictures.mosaics import (
    BETWEEN,
    CLEAR,
    LINE,
    NARROW_COLUMNS,
    NARROW_WIDTH,
    SHEET_WIDTH,
    STRIP,
    as_maps,
    grid_for,
    mosaic,
    steps_of,
)
from mnistlab.recipes import NetworkRecipe, layer_rows


def opened(content):
    return np.asarray(Image.open(BytesIO(content), formats=["PNG"]))


@pytest.mark.parametrize("count", [1, 8, 10, 24, 100, 128])
@pytest.mark.parametrize("side", [1, 3, 5, 11, 26])
def test_every_map_is_there_in_full(count, side):
    steps = np.random.default_rng(count).integers(0, STEPS, (side, side, count), dtype=np.uint8)
    grid = grid_for(steps.shape)
    picture = opened(mosaic(steps, grid, "viridis"))
    assert picture.shape == grid.size
    assert grid.rows * grid.columns >= count > (grid.rows - 1) * grid.columns
    for index in range(count):
        top, left = grid.corner(index)
        cut = picture[top : top + side * grid.zoom, left : left + side * grid.zoom]
        np.testing.assert_array_equal(cut[:: grid.zoom, :: grid.zoom], steps[..., index])
        np.testing.assert_array_equal(cut, np.kron(cut[:: grid.zoom, :: grid.zoom], np.ones((grid.zoom, grid.zoom))))


def test_between_maps_there_are_lines_and_room_for_numbers():
    steps = np.zeros((3, 3, 10), np.uint8)
    grid = grid_for(steps.shape)
    picture = opened(mosaic(steps, grid, "magma"))
    top, left = grid.corner(7)
    assert (picture[top - STRIP : top, left : left + 3] == CLEAR).all()
    assert (picture[top : top + 3 * grid.zoom, left + 3 * grid.zoom : left + 3 * grid.zoom + LINE] == BETWEEN).all()


def test_marks_lie_on_their_nodes():
    marks = np.zeros((3, 3, 4), np.uint8)
    marks[0, 1, 2], marks[2, 2, 3] = 1, 2
    steps = np.full((3, 3, 4), 7, np.uint8)
    grid = grid_for(steps.shape)
    picture = opened(mosaic(steps, grid, "binary", marks))
    middle = grid.zoom // 2
    for index in range(4):
        top, left = grid.corner(index)
        centres = picture[
            top + middle : top + 3 * grid.zoom : grid.zoom, left + middle : left + 3 * grid.zoom : grid.zoom
        ]
        np.testing.assert_array_equal(centres, np.where(marks[..., index] > 0, CLEAR + marks[..., index], 7))


@given(st.integers(0, 2**31), st.sampled_from(["map", "layer", "global", "articles"]))
def test_steps_keep_the_order_of_values_within_a_map(seed, scale):
    maps = np.random.default_rng(seed).normal(size=(4, 5, 3)).astype(np.float32)
    steps = steps_of(maps, scale, (-3.0, 3.0)).astype(int)
    assert steps.min() >= 0
    assert steps.max() < STEPS
    for index in range(3):
        order = np.argsort(maps[..., index].ravel())
        assert (np.diff(steps[..., index].ravel()[order]) >= 0).all()


def test_scales_differ_in_what_they_compare():
    maps = np.stack([np.array([[0.0, 1.0]]), np.array([[0.0, 4.0]])], axis=2).astype(np.float32)
    assert steps_of(maps, "map", (0, 8))[0, 1].tolist() == [STEPS - 1, STEPS - 1]
    assert steps_of(maps, "layer", (0, 8))[0, 1].tolist() == [round((STEPS - 1) / 4), STEPS - 1]
    assert steps_of(maps, "global", (0, 8))[0, 1].tolist() == [round((STEPS - 1) / 8), round((STEPS - 1) / 2)]


def test_the_articles_scale_is_standardise_times_64_plus_128_clipped():
    maps = np.random.default_rng(0).normal(size=(9, 9, 2)).astype(np.float32) * 3 + 1
    values = (maps - maps.mean(axis=(0, 1))) / maps.std(axis=(0, 1)) * 64 + 128
    expected = np.rint(np.clip(values, 0, 255) / 255 * (STEPS - 1))
    np.testing.assert_allclose(steps_of(maps, "articles", (0, 1)), expected, atol=1)


@pytest.mark.parametrize("scale", ["map", "layer", "global", "articles"])
def test_a_silent_layer_is_drawn(scale):
    steps = steps_of(np.zeros((3, 3, 4), np.float32), scale, (0.0, 0.0))
    assert len(np.unique(steps)) == 1


@pytest.mark.parametrize("name", list(ANCHORS))
def test_tables_begin_and_end_with_their_anchors(name):
    colours = table(name)
    assert colours.shape == (STEPS, 3)
    assert bytes(colours[0]).hex() == ANCHORS[name][0]
    assert bytes(colours[-1]).hex() == ANCHORS[name][-1]


def test_the_middle_of_a_map_lies_between_its_corners():
    grid = grid_for((4, 2, 30))
    for index in (0, 7, 29):
        (top, left), (row, column) = grid.corner(index), grid.centre(index)
        assert (row - top, column - left) == (4 * grid.zoom / 2, 2 * grid.zoom / 2)


@pytest.mark.parametrize(
    ("shape", "zoom"),
    [((26, 26, 4), 3), ((30, 30, 4), 2), ((60, 60, 4), 1), ((100, 20, 4), 1), ((1, 1, 4), 24), ((3, 5, 4), 12)],
)
def test_small_maps_are_enlarged_and_large_ones_are_not(shape, zoom):
    assert grid_for(shape).zoom == zoom


@pytest.mark.parametrize(("count", "rows", "columns"), [(1, 1, 1), (5, 1, 5), (10, 2, 5), (32, 4, 8), (128, 8, 16)])
def test_a_mosaic_is_wider_than_high(count, rows, columns):
    grid = grid_for((26, 26, count))
    assert (grid.rows, grid.columns) == (rows, columns)
    assert grid_for((1, 1, min(count, 10))).rows == 1


def test_nodes_are_compared_with_each_other_whatever_the_scale():
    nodes = np.array([[[0.0, 1.0, 4.0]]], np.float32)
    for scale in ("map", "layer"):
        assert steps_of(nodes, scale, (0, 8)).ravel().tolist() == [0, round((STEPS - 1) / 4), STEPS - 1]
    # A map of one row is a map.
    row = np.array([[[0.0, 0.0], [1.0, 4.0]]], np.float32)
    for one in (row, row.swapaxes(0, 1)):
        assert steps_of(one, "map", (0, 8)).max(axis=(0, 1)).tolist() == [STEPS - 1] * 2


def test_the_articles_scale_spreads_the_weakest_map_too():
    maps = np.random.default_rng(0).normal(size=(9, 9, 2)).astype(np.float32)
    np.testing.assert_allclose(steps_of(maps * 1e-6, "articles", (0, 1)), steps_of(maps, "articles", (0, 1)), atol=1)
    assert (steps_of(np.ones((3, 3, 1), np.float32), "articles", (0, 1)) == round(128 / 255 * (STEPS - 1))).all()


def test_the_colours_of_marks_and_lines_are_those_named():
    colours = opened_palette(mosaic(np.zeros((3, 3, 4), np.uint8), grid_for((3, 3, 4)), "jet"))
    assert colours[CLEAR + 1].tolist() == [214, 39, 40]
    assert colours[CLEAR + 2].tolist() == [255, 214, 10]
    assert colours[BETWEEN].tolist() == [128, 128, 128]


def opened_palette(content):
    picture = Image.open(BytesIO(content), formats=["PNG"])
    assert picture.info["transparency"] == CLEAR
    return np.array(picture.getpalette()).reshape(-1, 3)


def test_more_than_ten_maps_stand_in_several_rows():
    assert [grid_for((1, 1, count)).columns for count in (9, 10, 11, 100)] == [9, 10, 5, 16]
    assert [grid_for((3, 3, count)).columns for count in (4, 5, 10, 11)] == [4, 5, 5, 5]


def test_values_beyond_the_limits_get_their_colours():
    maps = np.array([[[-9.0, 0.0, 2.0, 4.0, 40.0]]]).reshape(1, 5, 1).astype(np.float32)
    assert steps_of(maps, "global", (0, 4)).ravel().tolist() == [0, 0, round((STEPS - 1) / 2), STEPS - 1, STEPS - 1]


@pytest.mark.parametrize("name", list(ANCHORS))
def test_a_table_runs_straight_from_anchor_to_anchor(name):
    anchors = np.array([[int(colour[place : place + 2], 16) for place in (0, 2, 4)] for colour in ANCHORS[name]])
    pieces = len(anchors) - 1
    for step, colour in enumerate(table(name)):
        piece, share = divmod(step / (STEPS - 1) * pieces, 1)
        left, right = anchors[int(piece)], anchors[min(int(piece) + 1, pieces)]
        np.testing.assert_allclose(colour, (1 - share) * left + share * right, atol=0.51)
    scale = scale_for_plotly(name)
    assert [colour for _, colour in scale] == [f"#{colour}" for colour in ANCHORS[name]]
    assert [place for place, _ in scale] == pytest.approx(np.linspace(0, 1, len(anchors)))


def test_a_mark_leaves_a_sixth_of_its_node_at_each_side():
    marks = np.zeros((3, 3, 4), np.uint8)
    marks[1, 1, 2] = 2
    grid = grid_for((3, 3, 4))
    picture = opened(mosaic(np.full((3, 3, 4), 7, np.uint8), grid, "binary", marks))
    top, left = grid.corner(2)
    node = picture[top + grid.zoom : top + 2 * grid.zoom, left + grid.zoom : left + 2 * grid.zoom]
    assert node.shape == (20, 20)
    inner = np.full((20, 20), 7)
    inner[3:17, 3:17] = CLEAR + 2
    np.testing.assert_array_equal(node, inner)


def test_tiles_stand_a_line_and_a_strip_apart():
    grid = grid_for((3, 5, 30))
    assert (grid.shape, grid.strip) == ((3, 5), STRIP)
    assert grid.tile == (3 * grid.zoom + 14 + 1, 5 * grid.zoom + 1)
    assert grid.size == (grid.rows * grid.tile[0], grid.columns * grid.tile[1])
    assert grid.corner(grid.columns + 1) == (grid.tile[0] + 14, grid.tile[1])
    assert as_maps(np.zeros((3, 5, 30), np.float32)).shape == (3, 5, 30)
    assert as_maps(np.zeros(30, np.float32)).shape == (1, 1, 30)


@pytest.mark.parametrize("name", ["Conv2D_1", "Max_Pool_1", "Conv2D_2", "Max_Pool_2", "Conv2D_3", "Dense_1"])
def test_the_number_of_a_tile_is_not_cut(name):
    shape = {row.name: row.shape for row in layer_rows(NetworkRecipe())}[name]
    grid = grid_for(shape if len(shape) == 3 else (1, 1, *shape))
    for width, columns in ((SHEET_WIDTH, grid.columns), (NARROW_WIDTH, min(grid.columns, NARROW_COLUMNS))):
        tile = width / columns
        # As ui/parts/cells.css has it; below the number is the line of strength.
        letters = min(max(8, 0.2 * tile), 11)
        assert grid.strip * tile / grid.tile[1] >= letters + 2, width
