"""What takes its time says how far it is, and can be given up: by construction, whichever task it is."""

import pytest

from mnistlab.engine.aside import carried_aside, follow
from mnistlab.errors import CancelledError
from mnistlab.progress import Progress, Result, result_of
from mnistlab.store.answers import Answers

KEY = "k" * 40


def steps(seen, look):
    for done in range(3):
        yield Progress("counting", done, 3)
        seen.append(look())
    return sum(range(3))


def test_a_task_that_stepped_aside_tells_how_far_it_is(home):
    answers, seen = Answers(home), []
    found = carried_aside(KEY, lambda home: follow(steps(seen, lambda: answers.progress(KEY))), str(home))
    assert found == 3
    assert seen[0] == ("counting", 0.0)
    assert all(seen)
    assert answers.progress(KEY) is None, "nothing is left of it"


def test_it_can_be_given_up(home):
    answers, seen = Answers(home), []
    with pytest.raises(CancelledError):
        carried_aside(KEY, lambda home: follow(steps(seen, lambda: answers.cancel(KEY))), str(home))
    assert len(seen) == 1
    assert answers.progress(KEY) is None
    # What was cancelled once is done when it is asked again.
    assert carried_aside(KEY, lambda home: follow(steps(seen, lambda: None)), str(home)) == 3


def test_a_short_task_writes_nothing(home):
    assert follow(steps([], lambda: None)) == 3
    assert not home.exists()


def test_a_recipes_reports_are_followed_to_their_result():
    def reports():
        yield Progress("one", 1, 2)
        yield Result({}, {"score": 1.0})

    work = result_of(reports())
    assert next(work).stage == "one"
    with pytest.raises(StopIteration) as end:
        next(work)
    assert end.value.value.summary == {"score": 1.0}
