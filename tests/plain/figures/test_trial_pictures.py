"""How methods stand the tests, in charts and sentences."""

import numpy as np
import pytest

from mnistlab.explanations import METHODS
from mnistlab.explanations.edges import Edges
from mnistlab.figures import trials
from mnistlab.results.explanation import Trials

NAMES = ["gradient", "lrp_alpha_beta", "grad_cam"]
LAYERS = ["Dense_2", "Dense_1", "Conv2D_1"]


def found(*alike, moved=(0.9, 0.6, 0.2)):
    """Return trials of three methods that are so much alike; the control does not change."""
    return Trials(
        layers=np.array(LAYERS),
        maps=np.ones((3, 4, 28, 28), np.float32),
        alike=np.array([*alike, (1, 1, 1)], np.float32),
        moved=np.array([*([value] * 3 + [value - 0.1] for value in moved), [1] * 4], np.float32),
        certainty=np.array([0.99, 0.98, 0.97, 0.96, 0.95], np.float32),
    )


GOOD, LAST_SPARED, STAYS, DOES_NOT_CARE = (0.3, 0.1, 0.0), (0.9, 0.4, 0.1), (0.7, 0.6, 0.6), (0.95, 0.9, 0.85)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (GOOD, "It changes with the weights, as it must"),
        (LAST_SPARED, "The picture hardly changes when Dense_2 is made random: it explains nothing of it."),
        ((0.9, 0.85, 0.1), "hardly changes when Dense_2 and Dense_1 are made random: it explains nothing of them."),
        (STAYS, "it tells more of the digit than of the network"),
        (DOES_NOT_CARE, "it explains nothing of the network"),
    ],
)
def test_a_picture_that_hardly_changes_explains_nothing_of_what_was_changed(row, says):
    said = trials.random_sentence(found(row, GOOD, GOOD), NAMES, "gradient")
    assert said.startswith(f"Gradient: with the weights of Dense_2 in random places its picture is {row[0]:.2f} alike")
    assert says in said
    assert said.endswith("stay at 1.00.")
    assert "Of the others" not in said


def test_others_that_fail_are_named():
    said = trials.random_sentence(found(GOOD, STAYS, DOES_NOT_CARE), NAMES, "gradient")
    assert "Of the others, Relevance (alpha, beta) and Grad-CAM fail this test here." in said
    assert "Grad-CAM fails this test" in trials.random_sentence(found(GOOD, GOOD, STAYS), NAMES, "gradient")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("gradient", "It is steady."),
        ("lrp_alpha_beta", "single pixels do not"),
        ("grad_cam", "where the digit happens to stand"),
    ],
)
def test_what_a_moved_digit_says(name, says):
    said = trials.moved_sentence(found(GOOD, GOOD, GOOD), NAMES, name, "the probability of 4")
    assert says in said
    assert "when it moves down" in said
    assert "the probability of 4 goes from 0.99 to 0.95 at least" in said
    assert ("Gradient is the steadiest here" in said) == (name != "gradient")


def test_charts_have_all_methods_and_the_control():
    some = found(GOOD, STAYS, DOES_NOT_CARE)
    *others, control, own = trials.random_chart(some, NAMES, "grad_cam")["data"]
    assert (own["name"], control["name"], len(others)) == ("Grad-CAM", Edges.title, 2)
    assert own["y"] == [1.0, *DOES_NOT_CARE]
    assert own["x"] == ["as it is", "Dense_2 random", "and Dense_1", "and Conv2D_1"]
    (bars,) = trials.moved_chart(some, NAMES, "grad_cam")["data"]
    assert bars["y"] == [*(METHODS[name].title for name in ("grad_cam", "lrp_alpha_beta", "gradient")), Edges.title]
    assert bars["x"] == pytest.approx([0.175, 0.575, 0.875, 1.0])
    pictures, captions, alts = trials.random_tiles(np.zeros((28, 28), np.uint8), some, 1)
    assert pictures.shape == (4, 28, 28, 3)
    assert captions == ["as it is", "Dense_2 random: 0.70", "and Dense_1: 0.60", "and Conv2D_1: 0.60"]
    assert len(alts) == 4
