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
    (heatmap,) = figure(matrix)["data"]
    np.testing.assert_array_equal(heatmap["text"], matrix)
    json.dumps(heatmap, allow_nan=False)


@given(MATRICES)
def test_colours_are_shares_of_the_label(matrix):
    (heatmap,) = figure(matrix)["data"]
    shares = np.square(heatmap["z"])
    np.testing.assert_allclose(shares.sum(axis=1)[matrix.any(axis=1)], 1, atol=2e-3)
    np.testing.assert_allclose(shares, np.array(heatmap["customdata"]) / 100, atol=2e-3)
    assert not shares[~matrix.any(axis=1)].any()


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
    assert (f", {wrong.max()} times" in text) == wrong.any()


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
