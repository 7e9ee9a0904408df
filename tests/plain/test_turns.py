"""Turns go round between visitors."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from mnistlab.engine.turns import Waiting, in_turn, next_jobs, waits

OWNERS = st.sampled_from(["ann", "bob", "cay", ""])
WAITING = st.lists(st.tuples(OWNERS, st.booleans()), max_size=12).map(
    lambda jobs: [Waiting(f"run-{number}", owner, begun) for number, (owner, begun) in enumerate(jobs)]
)


def jobs(*owners):
    return [Waiting(f"{owner}-{number}", owner) for number, owner in enumerate(owners)]


def owners(order):
    return [job.owner for job in order]


def test_nobodys_second_job_begins_before_everybodys_first():
    assert owners(in_turn(jobs("ann", "ann", "ann", "bob", "cay"), [], {})) == ["ann", "bob", "cay", "ann", "ann"]


def test_who_is_at_work_waits_for_the_others():
    assert owners(in_turn(jobs("ann", "bob"), ["ann"], {})) == ["bob", "ann"]


def test_who_was_served_longest_ago_comes_first():
    assert owners(in_turn(jobs("ann", "bob", "cay"), [], {"ann": 3, "bob": 1, "cay": 2})) == ["bob", "cay", "ann"]


def test_what_had_begun_comes_before_all_others():
    begun = Waiting("old", "ann", begun=True)
    assert in_turn([*jobs("bob"), begun], ["ann"], {"ann": 9})[0] == begun


@given(WAITING, st.lists(OWNERS, max_size=4), st.dictionaries(OWNERS, st.integers(0, 99)))
def test_everybody_gets_a_turn_and_ones_own_jobs_keep_their_order(waiting, at_work, served):
    order = in_turn(waiting, at_work, served)
    assert Counter(order) == Counter(waiting)
    for owner in set(owners(waiting)):
        for begun in (True, False):
            own = [job for job in waiting if (job.owner, job.begun) == (owner, begun)]
            assert [job for job in order if (job.owner, job.begun) == (owner, begun)] == own


@given(WAITING, st.lists(OWNERS, max_size=4), st.integers(0, 6), st.integers(1, 3))
def test_no_more_begin_than_there_is_room_for(waiting, at_work, free, most):
    chosen = next_jobs(waiting, at_work, free, most)
    assert len(chosen) <= free
    after = Counter(at_work) + Counter(owners(chosen))
    assert all(after[owner] <= max(most, at_work.count(owner)) for owner in after)
    # No worker stays idle while somebody could have it.
    left = [job for job in waiting if job not in chosen]
    assert len(chosen) == free or all(after[job.owner] >= most for job in left)


def test_waiting_times_follow_from_what_is_before():
    assert waits([10, 20, 30], [5], 1) == [5, 15, 35]
    assert waits([10, 20, 30], [5, 7], 2) == [5, 7, 15]
    assert waits([10, 20], [], 2) == [0, 0]


@given(st.lists(st.floats(0, 1e4), max_size=9), st.lists(st.floats(0, 1e4), max_size=3), st.integers(1, 4))
def test_nobody_begins_before_the_one_in_front(durations, remaining, workers):
    begins = waits(durations, remaining, max(workers, len(remaining)))
    assert begins == sorted(begins)
    assert len(begins) == len(durations)
