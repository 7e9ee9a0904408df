"""Results of functions of arrays: computed once, within a limit."""

import threading
import time

import numpy as np
import pytest

from mnistlab.keeping import Recent, kept


def counted(most_bytes=1000):
    calls = []

    @kept(most_bytes)
    def double(values, by=2):
        calls.append(len(values))
        if by == 0:
            raise ValueError("no")
        return values * by

    return double, calls


def test_equal_arrays_are_computed_once():
    double, calls = counted()
    one = np.arange(6.0)
    for values in (one, one.copy(), one[::1]):
        np.testing.assert_array_equal(double(values), one * 2)
    assert len(calls) == 1


@pytest.mark.parametrize(
    "other", [np.arange(6, dtype=np.float32), np.arange(6.0).reshape(2, 3), np.arange(6.0)[::-1], np.arange(7.0)]
)
def test_other_arrays_are_others(other):
    double, calls = counted()
    double(np.arange(6.0))
    np.testing.assert_array_equal(double(other), other * 2)
    assert len(calls) == 2


def test_named_values_count():
    double, calls = counted()
    assert double(np.ones(1), by=3)[0] == 3
    assert double(np.ones(1))[0] == 2
    assert len(calls) == 2


def test_what_was_asked_for_longest_ago_goes_first():
    double, calls = counted(most_bytes=100)
    for length in (5, 6, 5, 4):
        double(np.ones(length))
    # 40 + 32 bytes fit; the 48 of the second had to go.
    double(np.ones(5))
    assert calls == [5, 6, 4]
    double(np.ones(6))
    assert calls == [5, 6, 4, 6]


def test_an_error_is_not_kept():
    double, calls = counted()
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            double(np.ones(2), by=0)
    assert len(calls) == 2


def test_who_asks_meanwhile_waits_for_the_same():
    calls, begun = [], threading.Event()

    @kept(100)
    def slow(name):
        calls.append(name)
        begun.set()
        time.sleep(0.05)
        return name

    found = []
    threads = [threading.Thread(target=lambda: found.append(slow("a"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (calls, found) == (["a"], ["a"] * 8)


def test_things_weigh_what_they_are_said_to():
    things = Recent(10, len)
    for name in ("a" * 6, "b" * 4, "c" * 1):
        things.keep(name[0], name)
    assert [things.find(key) for key in "abc"] == [None, "bbbb", "c"]
    things.keep("b", "b" * 9)
    assert [things.find(key) for key in "bc"] == ["b" * 9, "c"], "what takes its place is weighed anew"


def test_a_thing_is_weighed_once_however_many_are_kept():
    weighed = []
    things = Recent(1000, lambda thing: weighed.append(thing) or 1)
    for number in range(100):
        things.keep(number, number)
        things.find(number // 2)
    assert weighed == list(range(100))


def test_the_last_thing_is_kept_whatever_it_weighs():
    things = Recent(10, len)
    things.keep("small", "s")
    things.keep("large", "l" * 20)
    assert (things.find("small"), things.find("large")) == (None, "l" * 20)
    things.keep("small", "s")
    assert things.find("large") is None


def test_one_who_makes_does_not_hold_up_another():
    things, begun, done = Recent(10), threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert done.wait(60)
        return 1

    thread = threading.Thread(target=lambda: things.get("slow", slow))
    thread.start()
    assert begun.wait(60)
    assert things.get("quick", lambda: 2) == 2
    done.set()
    thread.join(60)
    assert things.find("slow") == 1


def test_what_is_dropped_makes_room():
    recent: Recent[str] = Recent(10, len)
    for key in ("one", "two"):
        recent.keep(key, "12345")
    recent.drop(lambda key: key == "one")
    recent.keep("three", "12345")
    assert [recent.find(key) for key in ("one", "two", "three")] == [None, "12345", "12345"]
