"""Results are read from the arrays they were written as, or refused with the name of what is missing."""

import numpy as np
import pytest
from support.sentences import refused

from mnistlab.errors import StoreError
from mnistlab.results.dream import DreamResult
from mnistlab.results.readings import PointCounts, Survey
from mnistlab.results.tsne import TsneResult

PLANE, LABELS = np.zeros((3, 2), np.float32), np.array([4, 9, 4], np.uint8)


def dream(**more):
    size = {"picture": (4, 4), "original": (4, 4), "steps": (2, 4, 4), "areas": (1, 3), "area_maps": (1,)}
    tiles = {"area_saw": (1, 28, 28), "area_made": (1, 28, 28), "area_scores": (1, 2)}
    return {name: np.full(shape, 0.1, np.float32) for name, shape in {**size, **tiles}.items()} | more


def test_what_was_written_is_read():
    result = TsneResult.of({"plane": PLANE, "labels": LABELS, "of a newer version": PLANE})
    assert result.arrays().keys() == {"plane", "labels"}
    assert result.labels is LABELS


@pytest.mark.parametrize("missing", ["plane", "labels"])
def test_what_lacks_something_is_damaged(missing):
    arrays = {"plane": PLANE, "labels": LABELS}
    del arrays[missing]
    with refused(StoreError, "damaged", f"lacks {missing}"):
        TsneResult.of(arrays)


def test_what_need_not_be_there_is_not_written():
    assert DreamResult.of(dream()).colours is None
    assert "colours" not in DreamResult.of(dream()).arrays()
    colours = np.zeros((4, 4, 3), np.uint8)
    assert DreamResult.of(dream(colours=colours)).arrays()["colours"] is colours


def test_a_lighter_dream_differs_in_its_steps_only():
    whole = DreamResult.of(dream())
    light = whole.lighter()
    assert (whole.steps.dtype, light.steps.dtype) == (np.float32, np.float16)
    assert {name for name in whole.arrays() if light.arrays()[name] is not whole.arrays()[name]} == {"steps"}


def survey_arrays():
    figures = ("ceiling", "reacts", "counts", "edges", "best", "best_score", "by_class", "mean")
    whole = {name: np.zeros(3, np.float32) for name in ("outputs", "labels", "plane", "explained")}
    return whole | {f"{layer}/{figure}": np.zeros(2) for layer in ("Conv2D_1", "Dense_1") for figure in figures}


def test_a_survey_is_read_layer_by_layer():
    arrays = survey_arrays()
    survey = Survey.of(arrays)
    assert list(survey.layers) == ["Conv2D_1", "Dense_1"]
    assert survey.layers["Dense_1"].best is arrays["Dense_1/best"]
    assert survey.arrays() == arrays


@pytest.mark.parametrize("missing", ["outputs", "plane", "Conv2D_1/ceiling", "Dense_1/mean"])
def test_a_survey_that_lacks_something_is_damaged(missing):
    arrays = survey_arrays()
    del arrays[missing]
    with refused(StoreError, "damaged", f"lacks {missing.rpartition('/')[2]}"):
        Survey.of(arrays)


def test_shares_of_no_digits_are_none():
    counts = PointCounts(np.array([[2, 4], [0, 0]]), np.array([4, 0]), np.array([[[1, 2], [0, 0]]]))
    np.testing.assert_array_equal(counts.shares, [[0.5, 1.0], [0.0, 0.0]])
    np.testing.assert_array_equal(counts.shares_by_chance, [[[0.25, 0.5], [0.0, 0.0]]])


def test_shares_of_one_digit_are_all_or_nothing():
    counts = PointCounts(np.array([[1, 0], [2, 1]]), np.array([1, 2]), np.array([[[0, 1], [1, 2]]]))
    np.testing.assert_array_equal(counts.shares, [[1, 0], [1, 0.5]])
    np.testing.assert_array_equal(counts.shares_by_chance, [[[0, 1], [0.5, 1]]])
