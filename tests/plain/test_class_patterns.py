"""Unique and shared points are those of algorithms.md §7; judgements of outputs have oracles."""

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given
from hypothesis import strategies as st

from mnistlab.analysis.class_points import activity, pattern, position_of, telling
from mnistlab.analysis.judgement import (
    confusion_matrix,
    in_cell,
    misread,
    probabilities,
    shares_right,
    unclear,
    worst_cell,
)


def shares(seed, count=40):
    return np.random.default_rng(seed).integers(0, 11, count) / 10


@given(st.integers(0, 10_000), st.sampled_from([0.1, 0.5, 0.7, 1.0]), st.sampled_from([0.0, 0.3, 0.9]))
def test_unique_and_shared_points_are_those_of_the_definition(seed, common, unique):
    in_a, in_b = shares(seed), shares(seed + 1)
    found = pattern(in_a, in_b, common, unique)
    for point in range(len(in_a)):
        is_common = round(10 * in_a[point]) >= round(10 * common)
        is_rare = round(10 * in_b[point]) <= round(10 * unique)
        assert found.unique[point] == (is_common and is_rare)
        assert found.shared[point] == (is_common and not is_rare)


@given(st.integers(0, 10_000))
def test_no_class_is_unique_against_itself(seed):
    in_a = shares(seed)
    assert not pattern(in_a, in_a, 0.7, 0.3).unique.any()


def test_a_point_is_active_above_a_fraction_of_its_maps_ceiling():
    values = np.array([[[[1.0, 1.0, 0.0]]], [[[0.4, 4.0, 0.0]]]], np.float32)
    active = activity(values, np.array([2.0, 10.0, 0.0], np.float32), 0.25)
    assert active.tolist() == [[True, False, False], [False, True, False]]


def test_the_most_telling_points_come_first_and_all_speak_for_a():
    found = pattern(np.array([0.2, 0.9, 0.8, 0.5]), np.array([0.6, 0.5, 0.1, 0.5]), 0.7, 0.3)
    assert telling(found, 4).tolist() == [2, 1]


@pytest.mark.parametrize("shape", [(3, 3, 128), (100,), (26, 26, 32)])
def test_a_points_place_leads_back_to_it(shape):
    for point in (0, 1, np.prod(shape) // 2, np.prod(shape) - 1):
        index, row, column = position_of(int(point), shape)
        back = index if len(shape) == 1 else np.ravel_multi_index((row, column, index), shape)
        assert back == point


def outputs(seed, count=300):
    values = np.random.default_rng(seed).random((count, 10)).astype(np.float32) ** 4
    return values / values.sum(axis=1, keepdims=True)


@given(st.integers(0, 10_000))
def test_the_confusion_matrix_and_accuracies_are_those_of_scikit_learn(seed):
    found, labels = outputs(seed), np.random.default_rng(seed + 1).integers(0, 10, 300)
    read = found.argmax(axis=1)
    matrix = confusion_matrix(labels, found)
    np.testing.assert_array_equal(matrix, sklearn.metrics.confusion_matrix(labels, read, labels=range(10)))
    recall = sklearn.metrics.recall_score(labels, read, labels=range(10), average=None, zero_division=0)
    np.testing.assert_allclose(shares_right(matrix), [*recall, sklearn.metrics.accuracy_score(labels, read)])


@given(st.integers(0, 10_000))
def test_lists_hold_what_they_say_in_their_order(seed):
    found, labels = outputs(seed), np.random.default_rng(seed + 1).integers(0, 10, 300)
    read, sure = found.argmax(axis=1), probabilities(found)
    wrong = misread(found, labels)
    assert sorted(wrong) == np.flatnonzero(read != labels).tolist()
    assert (np.diff(sure[wrong].max(axis=1)) <= 0).all()
    order = unclear(found)
    assert sorted(order) == list(range(300))
    best = np.sort(sure, axis=1)[order]
    assert (np.diff(best[:, -1] - best[:, -2]) >= 0).all()
    cell = in_cell(found, labels, *worst_cell(confusion_matrix(labels, found)))
    assert len(cell) == (confusion_matrix(labels, found) - np.diag(np.diag(confusion_matrix(labels, found)))).max()


def test_sigmoid_outputs_become_shares_and_silence_becomes_even():
    sure = probabilities(np.array([[0.0] * 10, [0.5, 0.5] + [0.0] * 8], np.float32))
    np.testing.assert_allclose(sure.sum(axis=1), 1)
    np.testing.assert_allclose(sure[0], 0.1)
