"""Work that says how far it is, passed on in other words."""

from contextlib import suppress

import pytest

from mnistlab.progress import Request, ended, relay


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
