"""Points that tell the classes apart tell them apart; points that do not, do not."""

import numpy as np
import pytest

from mnistlab.analysis.point_reading import read_by_points


def digits(count, seed, points=12, truth=0.9):
    """Return activity in which the first half of the points is active for A with the chance `truth`, the others for B."""
    generator = np.random.default_rng(seed)
    is_a = generator.random(count) < 0.5
    for_a = np.arange(points) < points // 2
    chance = np.where(is_a[:, None] == for_a[None], truth, 1 - truth)
    return generator.random((count, points)) < chance, is_a


def test_good_points_are_enough_and_bad_ones_are_chance():
    good = read_by_points(*digits(800, 0), *digits(800, 1), 6)
    assert min(good.count, good.weigh) > 0.98
    bad = read_by_points(*digits(800, 0, truth=0.5), *digits(800, 1, truth=0.5), 6)
    assert max(bad.count, bad.weigh) < 0.6


@pytest.mark.parametrize("points_of_a", [0, 12])
def test_points_of_one_class_alone_are_counted_too(points_of_a):
    active, is_a = digits(800, 2)
    for_one = active[:, :6] if points_of_a else active[:, 6:]
    found = read_by_points(for_one, is_a, for_one, is_a, 6 if points_of_a else 0)
    assert found.count > 0.95


def test_without_any_points_it_is_a_guess():
    active, is_a = digits(400, 3)
    found = read_by_points(active[:, :0], is_a, active[:, :0], is_a, 0)
    assert 0.3 < found.count < 0.7
    assert 0.3 < found.weigh < 0.7


def test_points_are_weighed_by_what_they_tell():
    """One point that always tells the truth beside eleven that say nothing: counting is misled by them, weighing is not."""
    generator = np.random.default_rng(4)

    def noisy(count):
        is_a = generator.random(count) < 0.5
        active = generator.random((count, 12)) < 0.5
        active[:, 0] = is_a
        return active, is_a

    found = read_by_points(*noisy(800), *noisy(800), 6)
    assert found.weigh > 0.99
    assert found.count < 0.85


def test_who_is_exactly_on_the_border_is_taken_for_b():
    active, is_a = np.zeros((10, 4), bool), np.arange(10) < 3
    assert read_by_points(active, is_a, active, is_a, 2).count == 0.7
