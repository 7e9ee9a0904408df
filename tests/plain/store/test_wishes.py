"""Several visitors asked for one run: who goes leaves it to the others, and each has a name for it."""

import json

import pytest
from support.recipes import small_training

from mnistlab.store.own_runs import OwnRuns
from mnistlab.store.runs import Store
from mnistlab.store.wishes import MOST_JOINED, join, leave, may_join

ANN, BOB, CAY = "a" * 16, "b" * 16, "c" * 16


@pytest.fixture
def store(home):
    return Store(home)


@pytest.fixture
def run(store, monkeypatch):
    """Ann's, whom Bob and Cay have joined, hours later."""
    monkeypatch.setattr("time.time", lambda: 1_000.0)
    run = store.create(small_training(), "Ann's secret", ANN)
    for second, visitor, name in ((5_000.0, BOB, "Bob's"), (9_000.0, CAY, "")):
        monkeypatch.setattr("time.time", lambda second=second: second)
        assert join(run, visitor, name)
    run.set_state("finished")
    return run


def seen(store, visitor):
    (run,) = OwnRuns(store.home, visitor).runs()
    return run


def test_each_sees_their_own_wish_only(store, run):
    assert [seen(store, visitor).name() for visitor in (ANN, BOB, CAY)] == ["Ann's secret", "Bob's", run.id]
    assert [seen(store, visitor).created() for visitor in (ANN, BOB, CAY)] == [1_000, 5_000, 9_000]
    assert OwnRuns(store.home, BOB).get(run.id).name() == "Bob's"


def test_a_list_of_ones_own_begins_with_what_was_wished_for_last(store, run, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 7_000.0)
    store.create(small_training(seed=1), "between", BOB)
    store.create(small_training(seed=2), "between", CAY)
    assert [found.name() for found in OwnRuns(store.home, BOB).runs()] == ["between", "Bob's"]
    assert [found.name() for found in OwnRuns(store.home, CAY).runs()] == [run.id, "between"]


def test_who_renames_it_renames_it_for_themselves(store, run):
    seen(store, BOB).rename("new\nname")
    seen(store, CAY).rename("Cay's")
    assert [seen(store, visitor).name() for visitor in (ANN, BOB, CAY)] == ["Ann's secret", "new name", "Cay's"]
    assert seen(store, BOB).created() == 5_000


def test_who_inherits_it_keeps_the_name_they_gave_it(store, run):
    assert leave(run, ANN)
    assert (run.owner(), run.joined(), run.name(), run.created()) == (BOB, [CAY], "Bob's", 5_000)
    assert "secret" not in (run.path / "run.json").read_text()
    assert ANN not in (run.path / "run.json").read_text()
    assert OwnRuns(store.home, ANN).runs() == []
    assert leave(run, BOB)
    assert (run.owner(), run.joined(), run.name()) == (CAY, [], run.id)
    assert not leave(run, CAY), "nobody is left"


def test_who_joined_and_leaves_takes_their_name_along(run):
    assert leave(run, BOB)
    assert (run.owner(), run.joined(), run.name()) == (ANN, [CAY], "Ann's secret")
    assert "Bob" not in (run.path / "run.json").read_text()


def test_what_is_everybodys_is_left_to_who_asked_for_it(store):
    run = store.create(small_training(), "from the command line")
    assert not leave(run, ANN)
    join(run, BOB, "Bob's")
    assert leave(run, ANN)
    assert (run.owner(), run.name()) == (BOB, "Bob's")


def test_nobody_joins_twice_or_without_end(run, monkeypatch):
    assert not join(run, ANN, "again")
    assert not join(run, BOB, "again")
    assert run.wishes()[BOB]["name"] == "Bob's"
    run.change(joined=[*(f"{number:016x}" for number in range(MOST_JOINED - 1)), BOB])
    assert [may_join(run, visitor) for visitor in (ANN, BOB, "c" * 16)] == [True, True, False]


def test_a_run_that_was_joined_before_names_were_kept(store, run):
    about = json.loads((run.path / "run.json").read_text())
    del about["wishes"]
    (run.path / "run.json").write_text(json.dumps(about))
    assert seen(store, BOB).name() == run.id
    assert seen(store, BOB).created() == 0
    assert leave(run, ANN)
    assert (run.owner(), run.name()) == (BOB, "Ann's secret")


@pytest.mark.parametrize(
    "wishes", [None, [], {BOB: None}, {BOB: {"name": 3, "created": "soon"}}, {BOB: {"created": 1e300}}]
)
def test_damaged_wishes_are_a_name_and_a_time(store, run, wishes):
    run.change(wishes=wishes)
    assert seen(store, BOB).name() == run.id
    assert seen(store, BOB).created() == 0
    seen(store, BOB).rename("mended")
    assert seen(store, BOB).name() == "mended"
    assert leave(run, ANN)
    assert run.name() == "mended"
