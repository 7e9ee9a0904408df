"""Methods side by side, and what their test says."""

import numpy as np
import pytest

from mnistlab.explanations import CONTROLS, METHODS
from mnistlab.figures import methods
from mnistlab.results.explanation import ExplanationResult

MEASURE = "the probability of 4"
NAMES = ("occlusion", "gradient", "grad_cam")


def found(*left):
    """Return three methods and two controls of which so much is left after each step, all of it at first."""
    curves = np.array([[1.0, *[value] * 10] for value in left], np.float32)
    return ExplanationResult(
        np.ones((3, 28, 28), np.float32), np.array(NAMES), np.zeros(10, np.float32), curves, curves
    )


def test_methods_keep_their_order_and_the_best_is_the_one_whose_order_takes_the_answer_soonest():
    some = found(0.4, 0.1, 0.9, 0.8, 0.7)
    assert methods.names_of(some) == list(NAMES)
    assert methods.best_of(some) == "gradient"
    # Controls are no methods.
    assert methods.best_of(found(0.4, 0.3, 0.9, 0.1, 0.2)) == "gradient"
    sheet = methods.method_sheet(np.zeros((28, 28), np.uint8), some, MEASURE)
    assert sheet.words == [METHODS[name].title for name in NAMES]
    assert sheet.labels[1] == "Gradient: the probability of 4 is 0.10 after 30 % of the ink"
    assert methods.alt(some, MEASURE).endswith("Occlusion 0.40, Gradient 0.10, Grad-CAM 0.90.")


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("gradient", "the probability of 4 is 0.10 instead of 1.00; at random 0.80, brightest ink first 0.70."),
        ("occlusion", "brightest ink first 0.70. Gradient does best here, with 0.10."),
        ("grad_cam", "knows nothing of the network: do not believe its picture."),
    ],
)
def test_a_method_that_does_no_better_than_a_control_is_not_to_be_believed(name, end):
    said = methods.trial_sentence(found(0.4, 0.1, 0.9, 0.8, 0.7), name, MEASURE)
    assert said.startswith(METHODS[name].title)
    assert said.endswith(end)


def test_what_is_small_to_begin_with_tells_methods_not_apart():
    # The test of a class that is not the answer: nothing can be taken away from it.
    some = found(0.0, 0.01, 0.0, 0.0, 0.0)
    some.deletion[:, 0] = 0.02
    said = methods.trial_sentence(some, "gradient", MEASURE)
    assert "is 0.01 instead of 0.02" in said
    assert said.endswith("this test tells little here.")


def test_the_chosen_method_stands_out_beside_the_controls():
    some = found(0.4, 0.1, 0.9, 0.8, 0.7)
    *others, own = methods.trial_curves(some, "grad_cam")["data"]
    assert own["name"] == "Grad-CAM"
    assert own["y"] == pytest.approx(some.deletion[2].tolist())
    assert own["x"][3] == 30
    assert [one["name"] for one in others if one["showlegend"]] == list(methods.CONTROL_WORDS.values())
    assert len(others) == len(NAMES) - 1 + len(CONTROLS)
