"""Pieces of ink are SciPy's, and what belongs together is one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from mnistlab.data.ink import grown, ink_on, widest
from mnistlab.data.pieces import frames, joined, numbered, pieces_of, runs_along
from mnistlab.data.ruling import without_lines

ALL_AROUND = np.ones((3, 3))


def mask_of(seed, share):
    generator = np.random.default_rng(seed)
    return generator.random(generator.integers(1, 70, 2)) < share


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_connected_pieces_are_those_of_scipy(seed, share):
    mask = mask_of(seed, share)
    ours, (theirs, count) = numbered(mask), ndimage.label(mask, ALL_AROUND)
    pairs = {(int(one), int(other)) for one, other in zip(ours.ravel(), theirs.ravel(), strict=True)}
    assert ((ours == 0) == (theirs == 0)).all()
    assert len(pairs) == count + int((~mask).any())
    assert ours.max(initial=0) == count


@given(st.integers(0, 10_000), st.integers(0, 40))
def test_the_widest_is_scipys(seed, reach):
    values = np.random.default_rng(seed).random((23, 31))
    for axis, size in ((0, (2 * reach + 1, 1)), (1, (1, 2 * reach + 1))):
        np.testing.assert_array_equal(widest(values, reach, axis), ndimage.maximum_filter(values, size, mode="nearest"))
        np.testing.assert_array_equal(
            widest(values, reach, axis, narrowest=True), ndimage.minimum_filter(values, size, mode="nearest")
        )


def test_the_edge_of_a_shadow_is_no_ink_however_it_runs():
    down, across = np.mgrid[:200, :200].astype(np.float32)
    for slope in (0, 0.3, 1, -2):
        shadow = np.where(across + slope * down > 100 + slope * 100, 0.4, 1).astype(np.float32)
        # Only where it runs into the rim, beyond which nothing is known, a corner of it may be taken for ink.
        assert ink_on(shadow, is_bright=True)[30:-30, 30:-30].max() == 0


def page(*boxes):
    mask = np.zeros((300, 240), bool)
    for top, left, bottom, right in boxes:
        mask[top:bottom, left:right] = True
    return mask


def test_what_lies_above_each_other_is_one_digit_and_what_lies_beside_each_other_is_not():
    bar_over_body, beside = page((50, 80, 60, 140), (75, 80, 150, 140)), page((50, 40, 150, 90), (50, 110, 150, 160))
    for mask, parts in ((bar_over_body, 2), (beside, 1)):
        _, pieces = pieces_of(mask)
        whole, rest = joined(pieces[0], pieces[1:])
        assert (len(whole.numbers), len(rest)) == (parts, 2 - parts)


def test_a_desk_runs_along_the_rim_and_a_cut_stroke_does_not():
    (_, [desk]), (_, [stroke]) = pieces_of(page((0, 0, 300, 20))), pieces_of(page((0, 100, 200, 120)))
    assert runs_along(desk, (300, 240))
    assert not runs_along(stroke, (300, 240))


def test_a_ring_around_a_piece_is_a_frame_and_a_zero_is_none():
    down, across = np.mgrid[:300, :240]
    ring = np.abs(np.hypot(down - 150, across - 120) - 100) < 3
    for inside, count in ((ring, 0), (ring | page((120, 110, 180, 130)), 1)):
        numbers, pieces = pieces_of(inside)
        assert len(frames(pieces, numbers)) == count


@pytest.mark.parametrize("slope", [0.0, 0.05, -0.1])
def test_lines_go_and_strokes_across_them_stay(slope):
    down, across = np.mgrid[:300, :240]
    place = down + slope * across
    lines = (place % 30 < 2) if slope else np.isin(down % 30, [0, 1])
    stroke = page((60, 100, 240, 118))
    left = without_lines(lines | stroke, lines | stroke)
    # (A line that cuts off a corner of the picture is a short one.)
    assert not (left & ~grown(stroke, 2))[20:-20].any()
    assert (left & stroke).sum() > 0.97 * stroke.sum()


def test_a_bar_that_ends_within_the_picture_is_no_line():
    bar = page((100, 30, 103, 200))
    np.testing.assert_array_equal(without_lines(bar, bar), bar)
