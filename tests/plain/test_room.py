"""Room in the queue: first jobs before further ones, and no address so much that others have none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sentences import refused

from mnistlab.engine.room import Job, require_room, require_share
from mnistlab.errors import BusyError
from mnistlab.settings import Settings

DEFAULT = Settings()
SCHOOL, HOME = "school", "home"


def press(wishes, limits=DEFAULT, jobs=()):
    """Let visitors press Start one after another beside `jobs`; return those and the jobs that got in."""
    jobs = list(jobs)
    for wish in wishes:
        try:
            require_room(wish, jobs, limits)
        except BusyError:
            continue
        jobs.append(wish)
    return jobs


def flood(visitors, jobs_each, address, name="made-up"):
    return [Job(f"{name}-{number}", address) for number in range(visitors) for _ in range(jobs_each)]


def class_of(many, address):
    return [Job(f"pupil-{number}", address) for number in range(many)]


def got_in(jobs, name="pupil"):
    return len({job.owner for job in jobs if job.owner.startswith(name)})


@pytest.mark.parametrize("address", [SCHOOL, HOME])
@pytest.mark.parametrize("cookies", [1, 11, 25])
def test_one_with_many_cookies_keeps_no_class_from_its_first_jobs(address, cookies):
    """Thirty at one address, and one who makes up visitors there or elsewhere."""
    jobs = press([*flood(cookies, 7, address), *class_of(30, SCHOOL)])
    assert got_in(jobs) == 30


def test_no_number_of_cookies_keeps_other_addresses_out():
    jobs = press([*flood(500, 6, HOME), *class_of(30, SCHOOL)])
    assert (
        len([job for job in jobs if job.address == HOME]) <= DEFAULT.visitors_per_address + DEFAULT.queued_per_address
    )
    assert got_in(jobs) == 30


def test_no_number_of_jobs_that_others_left_to_one_keeps_other_addresses_out():
    """Made-up visitors start, one more joins each time, and they leave: what they started is that one's then."""
    jobs = []
    for number in range(200):
        started = press([Job(f"made-up-{number}", HOME)], jobs=jobs)[len(jobs) :]
        jobs += [Job("made-up-heir", job.address) for job in started]
    assert len(jobs) <= DEFAULT.visitors_per_address + DEFAULT.queued_per_address
    assert got_in(press(class_of(30, SCHOOL), jobs=jobs)) == 30


def test_what_one_has_joined_counts_as_ones_own():
    theirs = [Job(f"v{number}", joined=("me",)) for number in range(5)]
    require_share("me", theirs, DEFAULT)
    with refused(BusyError, "You have 6 jobs"):
        require_share("me", [*theirs, Job("me")], DEFAULT)
    with refused(BusyError, "You have 6 jobs"):
        require_room(Job("me"), [*theirs, Job("me")], DEFAULT)
    require_room(Job("v0"), [*theirs, Job("me")], DEFAULT)


def test_thirty_addresses_have_their_first_jobs_beside_a_full_queue():
    full = flood(11, 6, HOME)
    jobs = press([*full, *(Job(f"pupil-{number}", f"home {number}") for number in range(30))])
    assert got_in(jobs) == 30


def test_a_further_job_waits_for_the_many():
    full = press([Job(f"v{number}", f"a{number}") for number in range(DEFAULT.queue_length + 1)])
    with refused(BusyError, "The queue is full", "61 jobs"):
        require_room(Job("v0", "a0"), full, DEFAULT)
    require_room(Job("new", "elsewhere"), full, DEFAULT)


def test_what_keeps_one_out_is_said():
    jobs = flood(2, 1, HOME)
    with refused(BusyError, "2 visitors from your network"):
        require_room(Job("new", HOME), jobs, Settings(visitors_per_address=2))
    with refused(BusyError, "1 jobs from your network"):
        require_room(Job("made-up-0", HOME), [*jobs, jobs[1]], Settings(queued_per_address=1))
    with refused(BusyError, "You have 6 jobs"):
        require_room(Job("a"), [Job("a")] * 6, DEFAULT)


def test_where_addresses_do_not_count_there_is_no_limit_for_them():
    strict = Settings(visitors_per_address=1, queued_per_address=0)
    assert len(press([*class_of(30, ""), *class_of(30, "")], strict)) == 60


WISHES = st.lists(st.builds(Job, st.sampled_from("abcdefgh"), st.sampled_from(["", "x", "y"])), max_size=60)


@given(WISHES, st.integers(1, 4), st.integers(0, 3), st.integers(1, 3))
def test_no_order_of_wishes_breaks_a_limit(wishes, queue, queued, visitors):
    limits = Settings(
        queue_length=queue, queued_per_address=queued, visitors_per_address=visitors, queued_per_visitor=2
    )
    jobs = press(wishes, limits)
    # Beyond that only the first job of each of two addresses.
    assert len(jobs) <= 2 * queue + limits.long_workers + min(queue, 2)
    for owner in "abcdefgh":
        assert sum(job.owner == owner for job in jobs) <= 3


@pytest.mark.parametrize("addresses", [2, 5, 20])
def test_whoever_has_some_addresses_keeps_nobody_out_at_another(addresses):
    taken = [job for number in range(addresses) for job in flood(60, 7, f"theirs {number}", f"made-up {number}")]
    jobs = press(
        [*taken, Job("pupil-0", SCHOOL), *(Job(f"pupil-{number}", f"home {number}") for number in range(1, 20))]
    )
    assert got_in(jobs) == 20
