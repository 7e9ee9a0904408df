"""The heat map shows every count; its sentence names how many are right and the most frequent mistake."""

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from support.sentences import assert_sentence

from mnistlab.figures.confusion import figure, sentence

MATRICES = arrays.arrays(np.int64, (10, 10), elements=st.integers(0, 2000))


@given(MATRICES)
def test_every_count_is_shown_in_its_place(matrix):
    wrong, right = figure(matrix)["data"]
    json.dumps([wrong, right], allow_nan=False)
    for row, column in np.ndindex(matrix.shape):
        written = [heatmap["text"][row][column] for heatmap in (wrong, right)]
        # Each by one of both only: two numbers in one cell cannot be read.
        assert written == (["", matrix[row, column]] if row == column else [matrix[row, column], ""])
        assert wrong["customdata"][row][column][0] == matrix[row, column]


@given(MATRICES)
def test_mistakes_and_what_is_right_have_their_colours_apart(matrix):
    wrong, right = (np.array(heatmap["z"], float) for heatmap in figure(matrix)["data"])
    is_right = np.eye(10, dtype=bool)
    np.testing.assert_array_equal(np.isnan(wrong), is_right)
    np.testing.assert_array_equal(np.isnan(right), ~is_right)
    shares = np.square(np.where(is_right, right, wrong))
    np.testing.assert_allclose(shares.sum(axis=1)[matrix.any(axis=1)], 1, atol=2e-3)
    assert not shares[~matrix.any(axis=1)].any()


@given(MATRICES)
def test_the_most_frequent_mistake_of_a_class_has_the_brightest_colour(matrix):
    mistakes, _ = figure(matrix)["data"]
    largest = np.nanmax(np.array(mistakes["z"], float))
    assert mistakes["zmin"] == 0
    assert mistakes["zmax"] == (largest or 1)


def test_labels_go_down_and_what_is_read_goes_right():
    layout = figure(np.eye(10, dtype=np.int64))["layout"]
    assert layout["yaxis"]["title"]["text"] == "true digit"
    assert layout["xaxis"]["title"]["text"] == "read as"
    assert layout["yaxis"]["autorange"] == "reversed"


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
    figure(matrix)
    np.testing.assert_array_equal(matrix, before)
