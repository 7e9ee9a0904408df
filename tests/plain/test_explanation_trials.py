"""What random weights and a moved digit say of methods, on a network of one line."""

import numpy as np
import pytest
from support.explained import OneLine, task_of

from mnistlab.data.embedded import sample_digits
from mnistlab.data.standardise import standardise
from mnistlab.explanations import METHODS
from mnistlab.explanations.edges import Edges
from mnistlab.explanations.random_weights import likeness
from mnistlab.explanations.trials import MOVES, shifted, stability, tried
from mnistlab.progress import ended

NAMES = ("gradient_x_input", "integrated_gradients")
CHOSEN = [METHODS[name] for name in NAMES]


@pytest.fixture(scope="module")
def pictures():
    return standardise(sample_digits(np.array([3, 5, 8], np.uint8), 7))


def test_a_moved_picture_is_itself_when_moved_back(pictures):
    for down, right in MOVES.values():
        moved = shifted(pictures, down, right)
        np.testing.assert_array_equal(moved[:, 5 + down, 6 + right], pictures[:, 5, 6])
        np.testing.assert_array_equal(shifted(moved, -down, -right), pictures)
    # What moves over the rim is gone, and the darkest value follows.
    far = shifted(pictures, 0, 20)
    np.testing.assert_array_equal(far[:, :, 20:], pictures[:, :, :8])
    assert (far[:, :, :20] == pictures.min(axis=(1, 2))[:, None, None]).all()


def test_likeness_is_of_the_order_of_pixels_with_ink(pictures):
    rank = np.random.default_rng(1).random(pictures.shape).astype(np.float32)
    np.testing.assert_allclose(likeness(rank, np.exp(3 * rank), pictures), 1, atol=1e-6)
    np.testing.assert_allclose(likeness(rank, -rank, pictures), -1, atol=1e-6)
    without_ink = np.where(pictures > pictures.min(), rank, 9)
    np.testing.assert_allclose(likeness(rank, without_ink, pictures), 1, atol=1e-6)
    assert np.abs(likeness(rank, np.roll(rank, 1, axis=0), pictures)).max() < 0.4


def test_trials_tell_what_asks_the_network_from_what_does_not(pictures):
    work, told = tried(CHOSEN, task_of(pictures[:1], steps=4), OneLine), []
    while True:
        try:
            told.append(next(work))
        except StopIteration as end:
            found = end.value
            break
    assert [one.done for one in told] == list(range(told[0].total))
    assert [one.stage for one in told][1:4] == [
        "making Dense_1 random",
        "making Conv2D_1 random",
        "moving the digit right",
    ]
    assert found.layers.tolist() == ["Dense_1", "Conv2D_1"]
    assert found.maps.shape == (2, 3, 28, 28)
    assert (found.alike.shape, found.moved.shape, found.certainty.shape) == ((3, 2), (3, 4), (5,))
    *real, control = found.alike
    np.testing.assert_allclose(control, 1, atol=1e-6)
    assert np.abs(real).max() < 0.4
    np.testing.assert_allclose(found.moved[-1], 1, atol=1e-6)
    assert found.moved[:-1].max() < 0.95


def test_trials_show_what_methods_find(pictures):
    task = task_of(pictures[1:2], steps=4)
    found = ended(tried(CHOSEN, task, OneLine))
    for place, method in enumerate(CHOSEN):
        np.testing.assert_array_equal(found.maps[place, 0], method.find(task).maps[0])
    np.testing.assert_allclose(found.certainty[0], task.chain.certainty(task.pictures, task.questions)[0])
    moved = stability([*CHOSEN, Edges()], task)
    np.testing.assert_allclose(moved[..., 0], found.moved, atol=1e-6)
