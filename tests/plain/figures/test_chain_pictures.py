"""The pictures and sentences of an explanation's rows."""

import base64
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from mnistlab.analysis.why import Row
from mnistlab.figures.shares import (
    LINE,
    ZOOM,
    kernel_picture,
    muting_curve,
    muting_sentence,
    pixels_sentence,
    rank_sentence,
    row_alt,
    row_sentence,
    row_sheet,
)
from mnistlab.figures.uses import most_used, overlap, use_of
from mnistlab.pictures.signed import FRAME, INK, over_digit
from mnistlab.recipes import NetworkRecipe
from mnistlab.results.readings import Uses

IMAGE = np.zeros((28, 28), np.uint8)
IMAGE[10:20, 12] = 255


def row_of(kind, numbers, shares):
    pixels = np.zeros((len(numbers), 28, 28))
    pixels[:, 5, 6] = shares
    return Row("Conv2D_3", (3, 3, 128), kind, np.array(numbers), np.array(shares), pixels, 0.5, 120, -0.25)


def picture_of(sheet):
    return np.asarray(Image.open(BytesIO(base64.b64decode(sheet.address.partition(",")[2]))).convert("RGB")).astype(int)


def test_red_is_above_zero_blue_below_and_the_digit_grey():
    values = np.zeros((1, 28, 28))
    values[0, 0, 0], values[0, 0, 1], values[0, 0, 2] = 2.0, -2.0, 0.02
    picture = over_digit(IMAGE, values, 2.0)[0].astype(int)
    red, blue, pale = picture[0, :3]
    assert red[0] > 2 * red[2]
    assert blue[2] > 2 * blue[0]
    assert (pale[0] >= pale[2]) and pale.min() > 200
    assert picture[15, 12].tolist() == [INK] * 3
    assert picture[27, 27].tolist() == [255] * 3
    # Nothing at all is no division by zero.
    assert (over_digit(IMAGE, np.zeros((1, 28, 28)), 0.0)[0, 0, 0] == 255).all()


def test_each_map_of_a_row_has_its_pixels_and_its_pattern_below():
    row = row_of("maps", [98, 3], [2.0, -1.0])
    pattern = np.full((28, 28), 77, np.uint8)
    sheet = row_sheet(row, IMAGE, [{98: pattern}], NetworkRecipe())
    assert sheet.words == ["98 +2.00", "3 −1.00"]
    assert sheet.labels == ["map 98: adds +2.00", "map 3: adds −1.00"]
    assert list(sheet.strengths) == [1.0, 0.5]
    picture = picture_of(sheet)
    (top, left), (_, second) = sheet.grid.corner(0), sheet.grid.corner(1)
    red, blue = (picture[top + 5 * ZOOM, start + 6 * ZOOM] for start in (left, second))
    assert red[0] > red[2]
    assert blue[2] > blue[0]
    assert (picture[top + 40 * ZOOM, left + 9] == 77).all()
    assert (picture[top + 28 * ZOOM, left] == LINE).all()
    assert row_sheet(row, IMAGE, [], NetworkRecipe()).grid.shape == (28, 28)


def test_a_kernel_stands_below_in_the_colours_of_its_signs():
    kernel = np.array([[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 0.5]], np.float32)
    picture = kernel_picture(kernel, 1.0).astype(int)
    assert picture.shape == (28, 28, 3)
    # Nine pixels a weight.
    red, blue, pale, none = (picture[place] for place in ((4, 4), (13, 13), (22, 22), (4, 13)))
    assert red[0] > 2 * red[2]
    assert blue[2] > 2 * blue[0]
    assert red[1] < pale[1] < 255
    assert none.tolist() == picture[27, 27].tolist() == [255] * 3
    row = row_of("maps", [98, 3], [2.0, -1.0])
    both = row_sheet(row, IMAGE, [{98: np.zeros((28, 28), np.uint8)}, {3: picture.astype(np.uint8)}], NetworkRecipe())
    assert both.grid.shape == (86, 28)
    top, left = both.grid.corner(1)
    assert picture_of(both)[top + ZOOM * (58 + 4), left + ZOOM * 4].tolist() == red.tolist()


def test_a_point_has_a_frame_around_what_it_sees():
    # The point in row 0, column 1 of map 5: of the reference network's shape each sees 18×18 pixels, four apart.
    row = row_of("points", [128 + 5], [1.0])
    assert row_alt(row).endswith("what they add: map 5 at row 0, column 1 +1.00.")
    sheet = row_sheet(row, IMAGE, [], NetworkRecipe())
    top, left = sheet.grid.corner(0)
    picture = picture_of(sheet)[top::ZOOM, left::ZOOM]
    assert (picture[0, 4:22] == FRAME).all()
    assert (picture[0:18, 21] == FRAME).all()
    assert (picture[24, 24] == 255).all()


def test_the_sums_are_said():
    row = row_of("maps", [98, 3], [2.0, -1.0])
    assert row_sentence(row) == ("Maps of Conv2D_3: these 2 add +1.00, all 120 others +0.50 and biases −0.25.")
    assert rank_sentence(row, 1) == "It takes away 1 of +1.25 in all, number 2 of 122 maps by size."
    pixels = np.zeros((28, 28))
    pixels[15, 12], pixels[0, 0] = 3.0, -0.5
    assert pixels_sentence(IMAGE, pixels, 0.25) == (
        "Pixels with ink add +3.00, those without −0.50, biases +0.25: together +2.75."
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.0, 0.6, 0.2], "falls below half of what it is once the 2 strongest maps are muted; muted at random, 3."),
        ([1.0, 0.9, 0.8], "never falls below half of what it is, 1."),
    ],
)
def test_a_curve_says_when_half_is_gone(values, said):
    counts = np.arange(4)
    line, chance = np.array([*values, values[-1]], np.float32), np.array([1.0, 0.9, 0.7, 0.4], np.float32)
    assert muting_sentence(counts, line, chance, "Its value") == f"Its value {said}"
    figure = muting_curve(counts, line, chance, "value", "Conv2D_3")
    assert figure["data"][0]["y"] == pytest.approx(line.tolist())
    assert figure["data"][1]["x"] == [0, 1, 2, 3]


def test_a_number_that_was_not_looked_at_is_said_to_lie_between():
    counts, line = np.array([0, 1, 2, 3, 128]), np.array([1.0, 0.9, 0.8, 0.7, 0.0], np.float32)
    said = muting_sentence(counts, line, line, "Its value")
    assert (
        said
        == "Its value falls below half of what it is once the 4 to 128 strongest maps are muted; muted at random, 4 to 128."
    )


def test_what_a_map_is_used_for_is_said():
    shares = np.array([[3.0, -1.0, 0.5], [0.1, 2.0, 0.0]], np.float32)
    curve = np.zeros(3, np.float32)
    uses = Uses(np.zeros((2, 9), np.int32), np.zeros((2, 9), np.float32), shares, np.arange(3), curve, curve)
    assert use_of(uses, 0, "ABC") == (
        "On average map 0 adds most to the answer where a digit is an A (+3.00) and least where it is a B (−1.00)."
    )
    without_b = shares * [1, 0, 1]
    there_is_none = Uses(uses.best, uses.best_share, without_b, uses.counts, curve, curve)
    assert "least where it is a C (+0.50)" in use_of(there_is_none, 0, "ABC")
    assert use_of(Uses(uses.best, uses.best_share, 0 * shares, uses.counts, curve, curve), 0, "ABC").endswith(
        "any answer."
    )
    assert "are 1 (+2.00) and 0 (−1.00)." in most_used(uses, 1, "a B")
    nine = np.arange(9, dtype=np.int32)
    assert overlap(nine, nine) == "The same nine stand in both rows."
    assert overlap(nine, nine + 8) == "1 of the nine stands in both rows."
    assert overlap(nine, nine + 9).startswith("None of the nine")
