"""What stands around a search for the smallest change: grey values, straight borders, the size of a change, and digits that the generator writes."""

import numpy as np
import pytest
from scipy.optimize import minimize

from mnistlab.analysis.changes import is_faint, is_thin, size_of
from mnistlab.data import embedded
from mnistlab.data.latents import STARTS, written_like
from mnistlab.data.scaling import for_ascent
from mnistlab.explanations.greys import as_bytes, as_pictures, to_greys
from mnistlab.explanations.nearest import nearest

SCALINGS = ("standardised", "unit", "bytes")


def some_digits(count=4, seed=5):
    return embedded.sample_digits(np.arange(count) % 10, seed)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_grey_values_come_to_the_network_as_digits_do(scaling):
    images = some_digits()
    found = as_pictures(images.astype(np.float32) / 255, scaling)
    np.testing.assert_allclose(found, for_ascent(images, scaling), atol=1e-4)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_the_way_back_of_a_gradient_is_what_becomes_of_the_score(scaling):
    random = np.random.default_rng(0)
    greys = np.concatenate([some_digits(3) / 255, np.full((1, 28, 28), 0.5)]).astype(np.float32)
    # Hardly any contrast: there the spread is held up.
    greys[3, 3:6, 3:6] += 0.01
    direction = random.normal(size=greys.shape).astype(np.float32)

    def score(values):
        return (as_pictures(values.astype(np.float32), scaling).astype(np.float64) * direction).sum(axis=(1, 2))

    found, step = to_greys(direction, greys, scaling), 1e-2
    for row, column in ((4, 4), (14, 13), (20, 7), (27, 0)):
        moved = np.zeros_like(greys)
        moved[:, row, column] = step
        slopes = (score(greys + moved) - score(greys - moved)) / (2 * step)
        np.testing.assert_allclose(found[:, row, column], slopes, rtol=0.02, atol=0.02)


def test_grey_values_are_rounded_to_those_that_exist():
    assert as_bytes(np.array([-0.2, 0.0, 0.5, 0.999, 1.3], np.float32)).tolist() == [0, 0, 128, 255, 255]


@pytest.mark.parametrize("seed", range(4))
def test_the_nearest_point_beyond_a_straight_border_is_that_of_a_solver(seed):
    random = np.random.default_rng(seed)
    point, slope = random.random(12).astype(np.float32), random.normal(size=12).astype(np.float32)
    most = (np.where(slope > 0, 1 - point, -point) * slope).sum()
    for wanted in (0.3 * most, -0.2 * most):
        found = nearest(point[None], slope[None], np.array([wanted], np.float32))[0]
        assert (found >= 0).all()
        assert (found <= 1).all()
        assert (found - point) @ slope == pytest.approx(wanted, abs=1e-4)
        solved = minimize(
            lambda one: ((one - point) ** 2).sum(),
            point.astype(float),
            bounds=[(0, 1)] * 12,
            constraints={"type": "eq", "fun": lambda one, wanted=wanted: (one - point) @ slope - wanted},
        )
        assert np.linalg.norm(found - point) <= np.sqrt(solved.fun) + 1e-3


def test_where_no_point_is_far_enough_the_corner_is_nearest_and_nothing_wanted_moves_nothing():
    point, slope = np.array([[0.2, 0.9, 0.5]], np.float32), np.array([[1.0, -2.0, 0.5]], np.float32)
    assert nearest(point, slope, np.array([1e6], np.float32)).tolist() == [[1, 0, 1]]
    np.testing.assert_array_equal(nearest(point, slope, np.zeros(1, np.float32)), point)


def test_the_size_of_a_change():
    before = np.zeros((28, 28), np.uint8)
    before[3, 3:7] = 200
    after = before.copy()
    after[3, 3], after[9, 9] = 160, 60
    size = size_of(before, after)
    assert size.ink == pytest.approx(100 / 800)
    assert size.spread == pytest.approx(np.sqrt((40**2 + 60**2) / 784))
    assert (size.step, size.pixels) == (60, 2)
    assert size.mean == 50
    assert is_thin(size)
    assert not is_faint(size)
    after[0, 0] = 65
    assert not is_thin(size_of(before, after))
    after[10:20] = 5
    assert is_faint(size_of(before, after))
    assert size_of(before, before).mean == 0
    assert size_of(np.zeros_like(before), after).ink == 0


def test_a_written_digit_is_written_again():
    """The search finds what the generator wrote: as its own class better than as any other."""
    labels = np.array([4, 0, 7])
    images = embedded.sample_digits(labels, 11)
    for image, label in zip(images, labels, strict=True):
        found = written_like(image)
        assert found.pictures.shape == (10, STARTS, 28, 28)
        assert int(found.distance[:, 0].argmin()) == label
        assert found.distance[label, 0] < 0.06
        assert (np.diff(found.distance, axis=1) >= 0).all()
        itself = embedded.decode(found.latents[label], [label] * STARTS)
        np.testing.assert_array_equal(itself, found.pictures[label])


def test_what_is_no_digit_is_not_written_again():
    noise = np.random.default_rng(2).integers(0, 256, (28, 28), dtype=np.uint8)
    assert written_like(noise).distance.min() > 0.3


def test_blends_of_several_amounts_are_those_of_each():
    labels, ends = [4, 4, 4], [9, 9, 9]
    latents = embedded.sample_latents([4, 9], 3)
    begin, end = (np.repeat(latents[row][None], 3, axis=0) for row in (0, 1))
    amounts = np.array([[0.0], [0.25], [1.0]], np.float32)
    together = embedded.blend(begin, labels, end, ends, amounts)
    for place, amount in enumerate((0.0, 0.25, 1.0)):
        alone = embedded.blend(begin[:1], [4], end[:1], [9], amount)
        np.testing.assert_array_equal(together[place], alone[0])
