"""The table shows every count; its sentence names how many are right and the most frequent mistake."""

import base64
from io import BytesIO

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image
from support.sentences import assert_sentence

from mnistlab.figures.confusion import PALE, RIGHT, matrix_sheet, sentence
from mnistlab.pictures.colours import table

MATRICES = arrays.arrays(np.int64, (10, 10), elements=st.integers(0, 2000))


def colours_of(sheet):
    """Return the colour of each cell, (rows, columns, 3) uint8."""
    picture = np.array(Image.open(BytesIO(base64.b64decode(sheet.address.split(",")[1]))).convert("RGB"))
    height, width = sheet.grid.tile
    return picture[height // 2 :: height, width // 2 :: width]


@given(MATRICES)
def test_every_count_is_shown_in_its_place(matrix):
    sheet = matrix_sheet(matrix)
    assert sheet.words == [str(count) for count in matrix.ravel()]
    assert sheet.labels[49].startswith(f"a 4 read as 9: {matrix[4, 9]} digits")
    assert list(sheet.numbers) == list(range(100))
    shares = [float(word) for word in matrix_sheet(matrix, shares=True).words]
    sums = np.reshape(shares, (10, 10)).sum(axis=1)
    np.testing.assert_allclose(sums[matrix.any(axis=1)], 100, atol=0.5)


@given(MATRICES)
def test_what_is_right_has_a_colour_of_its_own_and_the_worst_mistake_the_brightest(matrix):
    colours = colours_of(matrix_sheet(matrix))
    is_right = np.eye(10, dtype=bool)
    assert (colours[is_right] == RIGHT).all()
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    worst = shares[~is_right].max()
    for cell in np.argwhere(~is_right):
        share = shares[tuple(cell)]
        if share == worst or share == 0:
            assert (colours[tuple(cell)] == table("viridis")[-1 if share else 0]).all()


@given(MATRICES)
def test_each_number_can_be_read_on_its_colour(matrix):
    sheet = matrix_sheet(matrix)
    for ink, colour in zip(sheet.inks, colours_of(sheet).reshape(-1, 3), strict=True):
        light, dark = sorted(luminance(one) for one in (tuple(colour), (255,) * 3 if ink == PALE else (0,) * 3))
        assert (dark + 0.05) / (light + 0.05) >= 4.5


def luminance(colour):
    """Return the relative luminance of a colour (3,), as WCAG defines it."""
    parts = np.array(colour) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


def test_labels_go_down_and_what_is_read_goes_right():
    matrix = np.zeros((10, 10), np.int64)
    matrix[4, 9] = 7
    sheet = matrix_sheet(matrix)
    assert sheet.words[4 * sheet.grid.columns + 9] == "7"
    corner, rows, columns = sheet.heads
    assert corner.split() == ["true", "↓", "read", "→"]
    assert rows == columns == [str(label) for label in range(10)]


@given(MATRICES)
def test_the_sentence_holds_the_figures(matrix):
    text = sentence(matrix)
    assert_sentence(text)
    assert f"{np.trace(matrix):,} of {matrix.sum():,} digits" in text
    wrong = matrix - np.diag(np.diag(matrix))
    assert (f"{wrong.max()} times" in text or ", once" in text or "once each" in text) == wrong.any()


def test_mistakes_that_are_equally_frequent_are_all_told():
    matrix = np.diag([9] * 10)
    matrix[4, 9] = matrix[7, 2] = 3
    assert sentence(matrix).endswith("the most frequent mistakes, 3 times each, are a 4 read as 9, a 7 read as 2.")
    matrix[[0, 1, 2, 3], [5, 6, 8, 0]] = 3
    assert "a 0 read as 5, a 1 read as 6, a 2 read as 8, a 3 read as 0 and 2 more." in sentence(matrix)


def test_the_most_frequent_mistake_is_named():
    matrix = np.diag([9] * 10)
    matrix[4, 9] = 3
    matrix[7, 2] = 2
    assert "a 4 read as 9, 3 times" in sentence(matrix)


def test_a_network_without_mistakes_is_not_blamed_for_any():
    assert "mistake" not in sentence(np.diag([9] * 10))


@given(MATRICES)
def test_the_matrix_is_left_alone(matrix):
    before = matrix.copy()
    sentence(matrix)
    matrix_sheet(matrix)
    np.testing.assert_array_equal(matrix, before)
