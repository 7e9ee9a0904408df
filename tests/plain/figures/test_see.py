"""Figures of the pages Activations and Classes: every value in its place, JSON throughout, and a sentence beside each."""

import base64
import json
import re
from io import BytesIO

import numpy as np
import plotly.graph_objects
import pytest
from PIL import Image
from support.sentences import assert_sentence

from mnistlab.analysis.class_points import pattern
from mnistlab.analysis.node_sums import explain
from mnistlab.analysis.receptive import Window, shown_layer
from mnistlab.data.embedded import sample_digits
from mnistlab.figures import digit_sheets, growth, map_views, mosaics, outputs, patterns, planes
from mnistlab.pictures.colours import table
from mnistlab.recipes import NetworkRecipe, weight_shapes
from mnistlab.wording import with_places

GENERATOR = np.random.default_rng(0)
IMAGES = sample_digits(np.arange(10), 1)


def is_json(figure):
    json.dumps(figure, allow_nan=False)
    # Nobody else checks it (docs/decisions/0012).
    plotly.graph_objects.Figure(figure)
    return True


def picture_of(sheet):
    """Return the picture that all of a sheet lie on, (rows, columns, 4) uint8."""
    kind, content = sheet.address.split(",")
    assert kind == "data:image/png;base64"
    return np.array(Image.open(BytesIO(base64.b64decode(content))).convert("RGBA"))


def tile_of(sheet, place):
    """Return one of the pictures of a sheet, (rows, columns, 3) uint8; nothing of it is left open."""
    top, left = sheet.grid.corner(place)
    rows, columns = (side * sheet.grid.zoom for side in sheet.grid.shape)
    tile = picture_of(sheet)[top : top + rows, left : left + columns]
    assert (tile[..., 3] == 255).all()
    return tile[..., :3]


def is_whole(sheet, count):
    assert list(sheet.numbers) == list(range(count))
    assert len(sheet.words) == len(sheet.labels) == sheet.grid.count == count
    assert picture_of(sheet).shape[:2] == sheet.grid.size
    return True


@pytest.mark.parametrize("shape", [(26, 26, 32), (3, 3, 128), (1, 1, 100), (1, 1, 10), (5, 5, 1)])
def test_a_mosaic_has_a_number_and_a_place_for_every_map(shape):
    maps = GENERATOR.random(shape).astype(np.float32)
    sheet = mosaics.map_sheet(maps, "map", "viridis", (0, 1))
    assert is_whole(sheet, shape[2])
    assert sheet.words == [str(index) for index in range(shape[2])]
    for place in (0, shape[2] - 1):
        zoom = sheet.grid.zoom
        tile = tile_of(sheet, place)[::zoom, ::zoom].reshape(-1, 3)
        if shape[0] > 1:
            assert (tile[maps[..., place].argmax()] == table("viridis")[-1]).all()
            assert (tile[maps[..., place].argmin()] == table("viridis")[0]).all()
    assert_sentence(mosaics.sentence("Conv2D_1", maps, "map"))


def test_a_line_above_each_map_tells_how_strong_it_is_where_its_colours_do_not():
    maps = np.zeros((2, 2, 4), np.float32)
    maps[0, 0] = [8, 2, 0, -1]
    assert mosaics.map_sheet(maps, "map", "viridis", (-1, 8)).strengths == [1, 0.25, 0, 0]
    assert "how strong it is beside the others" in mosaics.sentence("Conv2D_1", maps, "map")
    assert not mosaics.map_sheet(maps, "layer", "viridis", (-1, 8)).strengths
    assert "how strong" not in mosaics.sentence("Conv2D_1", maps, "layer")


def test_the_sentence_of_a_mosaic_names_the_strongest_and_the_silent():
    maps = np.zeros((3, 3, 5), np.float32)
    maps[1, 1, 3] = 2.5
    text = mosaics.sentence("Conv2D_3", maps, "layer")
    assert "number 3 with 2.5" in text
    assert "4 stay at zero" in text


def test_dead_maps_are_marked():
    sheet = mosaics.map_sheet(np.ones((2, 2, 3), np.float32), "map", "jet", (0, 1), notes=["", mosaics.DEAD, ""])
    assert sheet.words == ["0", "1 ✕", "2"]
    assert mosaics.DEAD in sheet.labels[1]


def test_a_large_map_shows_every_value_and_the_chosen_node():
    values = GENERATOR.random((5, 7)).astype(np.float32)
    figure = map_views.large(values, "magma", 2, 3)
    assert is_json(figure)
    np.testing.assert_allclose(figure["data"][0]["z"], values)
    assert figure["data"][1]["customdata"][17] == [2, 3]
    assert f"{values[2, 3]:.5g}" in map_views.large_sentence("Map 1", values, 2, 3)
    assert_sentence(map_views.large_sentence("Map 1", values, 2, 3))


def test_a_field_is_framed_where_it_lies():
    figure = map_views.field(IMAGES[0], Window(3, 4, 11, 12))
    assert is_json(figure)
    (frame,) = figure["layout"]["shapes"]
    assert (frame["y0"], frame["x0"], frame["y1"], frame["x1"]) == (2.5, 3.5, 10.5, 11.5)
    assert "rows 3 to 10" in map_views.field_sentence(Window(3, 4, 11, 12))


@pytest.mark.parametrize("layer", ["Conv2D_2", "Dense_1"])
def test_the_bars_of_a_sum_add_up_to_it(layer):
    recipe = NetworkRecipe()
    weights = {name: GENERATOR.normal(size=shape).astype(np.float32) for name, shape in weight_shapes(recipe).items()}
    stage = shown_layer(recipe, layer)
    before = GENERATOR.random(shown_layer(recipe, stage.before).row.shape).astype(np.float32)
    found = explain(stage, before, weights, 3, 0, 0)
    figure = map_views.terms(found, "map {}".format)
    assert is_json(figure)
    assert sum(figure["data"][0]["y"]) == pytest.approx(found.total, rel=1e-6)
    assert_sentence(map_views.terms_sentence(found, "map {}".format))


@pytest.mark.parametrize("side", [1, 3, 9, 12])
def test_a_table_of_numbers_has_a_sentence_with_all_of_them_while_they_are_few(side):
    values = GENERATOR.normal(size=(side, side))
    assert is_json(map_views.table(values, "kernel"))
    text = map_views.table_sentence(values, "kernel")
    assert text.startswith("kernel")
    assert text.endswith(".")
    assert (with_places(values[-1, -1], 2) in text) == (side <= 9)


def test_a_histogram_counts_every_digit():
    counts, edges = np.array([5, 3, 2], np.int32), np.array([0, 1, 2, 3], np.float32)
    figure = map_views.histogram(counts, edges, 2.5)
    assert is_json(figure)
    assert figure["data"][0]["y"] == [5, 3, 2]
    text = map_views.histogram_sentence(counts, edges, 0.4, 2.5)
    assert_sentence(text)
    assert "10 test digits" in text
    assert "40.0 %" in text


def test_a_sheet_of_digits_leads_to_their_numbers():
    numbers = np.arange(100, 110)
    sheet = digit_sheets.digit_sheet(IMAGES, numbers, ["word"] * 10)
    assert sheet.numbers == list(range(100, 110))
    assert sheet.labels[4] == "digit 104: word"
    for place in range(10):
        shown = tile_of(sheet, place)[:: sheet.grid.zoom, :: sheet.grid.zoom, 0]
        np.testing.assert_allclose(shown, IMAGES[place], atol=1)
    text = digit_sheets.sentence(np.arange(10), numbers)
    assert "number 103, a 3" in text
    assert text.endswith(".")


def test_outputs_are_bars_with_the_two_best_named():
    values = np.array([0.1, 0.7, 0.2] + [0.0] * 7, np.float32)
    assert is_json(outputs.figure(values, 1, values))
    assert "reads 1 with 0.7000; next comes 2 with 0.2000" in outputs.sentence(values)


def test_growth_says_since_when():
    values = np.zeros((4, 10), np.float32)
    values[[0, 1, 2, 3], [9, 4, 4, 4]] = 0.9
    assert is_json(growth.figure([0, 1, 2, 3], values))
    assert "At epoch 0 the network reads 9" in growth.sentence([0, 1, 2, 3], values)
    assert "since epoch 1 it reads 4" in growth.sentence([0, 1, 2, 3], values)
    names = [f"kind {label}" for label in range(10)]
    assert "since epoch 1 it reads kind 4" in growth.sentence([0, 1, 2, 3], values, names)
    assert [trace["name"] for trace in growth.figure([0, 1, 2, 3], values, names)["data"]] == names


@pytest.mark.parametrize("shape", [(3, 3, 8), (72,)])
def test_a_pattern_counts_its_points(shape):
    found = pattern(GENERATOR.random(72), GENERATOR.random(72), 0.5, 0.4)
    sheet = patterns.points_sheet(found, GENERATOR.random(shape).astype(np.float32))
    assert is_whole(sheet, shape[-1])
    told = [re.search(r"(\d+) unique, (\d+) shared", label) for label in sheet.labels]
    assert sum(int(one[1]) for one in told) == found.unique.sum()
    assert sum(int(one[2]) for one in told) == found.shared.sum()
    text = patterns.sentence(found, shape, 4, 9)
    assert_sentence(text)
    assert f"{found.unique.sum()} are unique to 4 against 9" in text


def test_the_plane_holds_every_digit_once_and_marks_the_misread():
    labels = np.arange(50) % 10
    read = np.eye(10, dtype=np.float32)[(labels + (np.arange(50) == 7)) % 10]
    plane = GENERATOR.normal(size=(50, 2)).astype(np.float32)
    cloud = planes.cloud(plane, labels, read)
    assert cloud.count == 50
    positions = np.frombuffer(base64.b64decode(cloud.positions), "<u2").reshape(50, 2)
    assert positions.min() == 0
    assert positions.max() == 65_535
    np.testing.assert_array_equal(positions.argsort(axis=0), plane.argsort(axis=0))
    found = [np.frombuffer(base64.b64decode(text), np.uint8) for text in (cloud.labels, cloud.read)]
    np.testing.assert_array_equal(found[0], labels)
    np.testing.assert_array_equal(np.flatnonzero(found[0] != found[1]), [7])
    assert_sentence(planes.sentence(np.stack([labels, labels], 1).astype(np.float32), labels, np.array([0.3, 0.2])))


def luminance(colour):
    """Return the relative luminance of "#rrggbb", as WCAG defines it."""
    parts = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def test_numbers_can_be_read_on_every_cell():
    ink = luminance(map_views.INK)
    for _, colour in map_views.DIVERGING:
        assert (luminance(colour) + 0.05) / (ink + 0.05) > 4.5


def test_a_table_of_numbers_has_real_minus_signs():
    table = map_views.table(np.array([[-0.157, 0.0], [-0.001, 2.0]]), "kernel")["data"][0]
    assert table["text"] == [["−0.16", "0.00"], ["0.00", "2.00"]]
    assert table["texttemplate"] == "%{text}"


def test_a_silent_map_is_dark_and_said_to_be_silent():
    silent = np.zeros((3, 3), np.float32)
    assert map_views.large_sentence("Map 23", silent, 0, 0) == "Map 23 stays at zero on this digit."
    assert map_views.large(silent, "viridis", 0, 0)["data"][0]["zmin"] == 0
    assert "zmin" not in map_views.large(silent + 1, "viridis", 0, 0)["data"][0]


@pytest.mark.parametrize(("reacts", "said"), [(1.0, "all of them"), (0.99996, "99.9 %"), (0.5, "50.0 %")])
def test_all_digits_are_all_and_fewer_are_not(reacts, said):
    counts, edges = np.array([1, 3], np.int32), np.array([0.0, 1.0, 2.0], np.float32)
    assert f"reacts to {said}," in map_views.histogram_sentence(counts, edges, reacts, 1.0)


def test_a_reading_that_never_changed_is_said_once():
    values = np.full((3, 10), 0.01, np.float32)
    values[:, 4] = 0.9
    said = growth.sentence([0, 1, 2], values)
    assert said == "From epoch 0 on the network reads 4: with 0.900 at first, with 0.900 at epoch 2."
