"""Work that says how far it is, passed on in other words."""

from contextlib import suppress

import pytest

from mnistlab.progress import Checkpoint, Progress, Request, Result, Snapshot, ended, relay, result_of


def counting(heard, closed):
    """Work of three parts that ends early where it is asked to."""
    try:
        for part in range(3):
            answer = yield part
            heard.append(answer)
            if answer is Request.STOP:
                return "stopped"
        return "whole"
    finally:
        closed.append(True)


def test_what_comes_out_comes_out_of_a_relay():
    told = []

    def watching():
        told.append((yield from relay(counting([], []), str)))

    assert list(watching()) == ["0", "1", "2"]
    assert told == ["whole"]
    assert ended(relay(counting([], []), str)) == "whole"


@pytest.mark.parametrize(("stoppable", "product"), [(True, "stopped"), (False, "whole")])
def test_a_stop_reaches_only_work_that_may_be_stopped(stoppable, product):
    heard, products = [], []

    def watching():
        products.append((yield from relay(counting(heard, []), str, stoppable)))

    run = watching()
    next(run)
    with suppress(StopIteration):
        while True:
            run.send(Request.STOP)
    assert products == [product]
    assert (Request.STOP in heard) == stoppable


def test_a_cancelled_relay_closes_its_work():
    closed = []
    run = relay(counting([], closed), str)
    next(run)
    run.close()
    assert closed


def test_a_relay_is_not_stopped_unless_it_is_said_so():
    heard = []
    run = relay(counting(heard, []), str)
    next(run)
    with suppress(StopIteration):
        while True:
            run.send(Request.STOP)
    assert Request.STOP not in heard


def test_of_what_a_recipe_reports_its_progress_and_its_result_are_passed_on():
    first, last, result = Progress("a", 1, 2), Progress("a", 2, 2), Result({}, {"x": 1})
    told, products = [], []

    def watching():
        products.append((yield from result_of(iter([first, Snapshot(0, {}), Checkpoint({}), last, result]))))

    told.extend(watching())
    assert told == [first, last]
    assert products == [result]
    with pytest.raises(AssertionError, match="ends with a result"):
        list(result_of(iter([first])))
    assert (first.values, first.pictures, result.weights) == ({}, {}, None)
