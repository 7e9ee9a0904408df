"""What counts as silence, how long it is borne, and what a visitor is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sentences import assert_sentence

from mnistlab.engine.silence import LEAST_SILENCE, MOST_LOSSES, Vigil, is_given_up, patience, restarted, why_given_up

LOSSES = st.lists(st.sampled_from(["killed", "silent", "cut off"]), min_size=1, max_size=MOST_LOSSES)


@given(st.lists(st.floats(0, 1e6), max_size=8), st.integers(0, 9))
def test_who_has_not_taken_the_run_is_never_silent(times, beat):
    vigil = Vigil()
    assert [vigil.silent_for(False, beat, now) for now in sorted(times)] == [0.0] * len(times)


def test_silence_is_counted_from_the_moment_the_run_was_taken():
    vigil = Vigil()
    # The beat is that of an earlier worker.
    assert vigil.silent_for(False, 7, 0.0) == 0
    assert vigil.silent_for(False, 7, 500.0) == 0
    assert vigil.silent_for(True, 7, 600.0) == 0
    assert vigil.silent_for(True, 7, 630.0) == 30


def test_each_sign_of_life_begins_it_anew_whatever_the_clock_in_it_says():
    vigil = Vigil()
    assert [vigil.silent_for(True, beat, now) for beat, now in [(5, 0.0), (5, 9.0), (2**40, 10.0), (3, 20.0), (3, 21)]] == [
        0, 9, 0, 0, 1,
    ]  # fmt: skip


def test_the_wait_doubles_with_each_silence_and_with_nothing_else():
    assert [patience(60, ["silent"] * silences) for silences in range(4)] == [60, 120, 240, 480]
    assert patience(60, ["killed", "cut off"]) == 60
    assert patience(60, ["killed", "silent"]) == 120


def test_who_prepares_has_longer():
    assert patience(60, [], preparing=True) == LEAST_SILENCE
    assert patience(2 * LEAST_SILENCE, [], preparing=True) == 2 * LEAST_SILENCE
    assert patience(60, ["silent"], preparing=True) == 2 * LEAST_SILENCE


def test_three_losses_in_a_row_are_the_last():
    assert [is_given_up(["killed"] * losses) for losses in range(5)] == [False, False, False, True, True]


@given(LOSSES)
def test_the_reason_is_the_true_one(losses):
    reason = why_given_up(losses)
    assert_sentence(reason)
    assert ("sign of life" in reason) == ("silent" in losses)
    assert ("out of memory" in reason) == ("killed" in losses)
    assert ("with the app" in reason) == ("cut off" in losses)


def test_the_reason_counts():
    assert why_given_up(["silent"] * 3) == (
        "Its worker gave no sign of life 3 times. Resume it when the machine is less busy."
    )
    assert why_given_up(["killed", "silent", "killed"]) == (
        "Its worker gave no sign of life once and was lost twice (killed, or out of memory). "
        "Try fewer maps or a smaller batch, then resume."
    )


@pytest.mark.parametrize(
    ("losses", "told"),
    [
        ([], ""),
        (["killed"], "its worker was restarted (1 of 3)"),
        (["killed", "silent"], "its worker was restarted (2 of 3)"),
        (["cut off"], "the app was restarted (1 of 3)"),
    ],
)
def test_a_visitor_is_told_how_often_it_was_restarted(losses, told):
    assert restarted(losses) == told
