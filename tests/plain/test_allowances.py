"""How much each may have in a time."""

from hypothesis import given
from hypothesis import strategies as st

from mnistlab.ui.gate import allowances
from mnistlab.ui.gate.allowances import Allowances
from mnistlab.ui.shell.token_attempts import TokenAttempts


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


def test_what_is_used_comes_back_little_by_little():
    clock = Clock()
    mine = Allowances(10, 100.0, clock)
    assert mine.may("a", 8)
    assert not mine.may("a", 3)
    assert mine.may("b", 10), "each has their own"
    clock.now += 10
    assert mine.may("a", 3)
    assert mine.left("a") == 0
    clock.now += 1_000
    assert mine.left("a") == 10


def test_who_takes_in_advance_waits_longer_each_time():
    clock = Clock()
    mine = Allowances(2, 1.0, clock)
    assert [mine.wait("a") for _ in range(4)] == [0, 0, 0.5, 1.0]
    clock.now += 1.0
    assert mine.wait("a") == 0.5


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0, 20)), max_size=40))
def test_nobody_ever_has_more_than_their_share(uses):
    clock, used = Clock(), 0.0
    mine = Allowances(10, 100.0, clock)
    for amount, later in uses:
        used += amount if mine.may("a", amount) else 0.0
        assert used <= 10 + (clock.now - Clock.now) / 10 + 1e-6
        clock.now += later


def test_names_made_up_by_program_fill_no_memory(monkeypatch):
    monkeypatch.setattr(allowances, "MOST_KEYS", 3)
    mine = Allowances(1, 1.0)
    for number in range(100):
        mine.may(f"v{number}")
    assert len(mine._left) == 3


def test_wrong_tokens_stand_in_the_way_of_who_tries_them():
    attempts = TokenAttempts(clock=Clock())
    assert sum(attempts.may_try("student", "school") for _ in range(200)) == 10
    assert attempts.may_try("teacher", "school"), "the same network"
    made_up = sum(attempts.may_try(f"v{number}", "school") for number in range(500))
    assert made_up == 89
    assert attempts.may_try("teacher", "home"), "another network"


def test_all_together_may_not_try_for_ever():
    attempts = TokenAttempts(visitor=10, address=20, together=50, clock=Clock())
    assert sum(attempts.may_try(f"v{number}", f"a{number % 50}") for number in range(1_000)) == 50
