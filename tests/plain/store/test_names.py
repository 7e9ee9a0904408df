"""What trainings without a name are called: no two alike, whoever starts how many at once."""

import threading

import pytest
from support.recipes import small_training

from mnistlab.engine.admission import admit
from mnistlab.settings import Settings
from mnistlab.store.names import next_name
from mnistlab.store.run_info import LONGEST_NAME
from mnistlab.store.runs import Store
from mnistlab.store.visitors import LONGEST_NICKNAME, Nicknames

ANN, BOB = "a" * 16, "b" * 16


@pytest.fixture
def store(home):
    return Store(home)


def start(store, owner, seed, name="", **given):
    settings = Settings(home=store.home, queued_per_visitor=100, **given)
    return admit(small_training(seed=seed), name, owner, store, settings, lambda run: run.set_state("queued")).run


def test_thirty_starts_at_once_have_thirty_names(store):
    begin = threading.Barrier(30)

    def press(seed):
        begin.wait()
        start(store, "", seed)

    threads = [threading.Thread(target=press, args=(seed,)) for seed in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(run.name() for run in store.runs()) == sorted(f"Training {number}" for number in range(1, 31))


def test_in_a_lab_they_carry_the_nickname(store):
    Nicknames(store.home).choose(ANN, "Ada {}")
    assert [start(store, ANN, seed).name() for seed in range(2)] == ["Ada ()'s training 1", "Ada ()'s training 2"]
    assert [start(store, BOB, seed).name() for seed in (2, 3)] == [
        "Training 1 of visitor bbbb",
        "Training 2 of visitor bbbb",
    ]


def test_two_of_one_nickname_do_not_collide(store):
    for visitor in (ANN, BOB):
        Nicknames(store.home).choose(visitor, "Ada")
    names = [start(store, visitor, seed).name() for seed, visitor in enumerate((ANN, BOB, ANN))]
    assert names == ["Ada's training 1", "Ada's training 2", "Ada's training 3"]


def test_in_a_private_lab_the_number_tells_nothing_of_others(store):
    for visitor in (ANN, BOB):
        Nicknames(store.home).choose(visitor, "Ada")
        assert start(store, visitor, ord(visitor[0]), private=True).name() == "Ada's training 1"


def test_a_name_of_ones_own_is_kept(store):
    assert start(store, ANN, 0, "mine").name() == "mine"


@pytest.mark.parametrize(
    "there", ["Training 7", "Training 007", "Training 7 ", "training 7", "Training ٣", "Training " + "9" * 45]
)
def test_what_looks_like_a_number_does_no_harm(store, there):
    store.create(small_training(), there)
    name = next_name("", store)
    assert name in ("Training 8", "Training 1")
    assert name not in [run.name() for run in store.runs()]


def test_the_longest_name_is_not_cut(store):
    Nicknames(store.home).choose(ANN, "W" * 100)
    name = next_name(ANN, store)
    store.create(small_training(), name[:-1] + "9" * 17, ANN)
    assert len(next_name(ANN, store)) <= LONGEST_NAME


@pytest.mark.parametrize(("digits", "counts"), [(18, True), (19, False)])
def test_a_number_counts_while_the_longest_nickname_leaves_room_for_it(store, digits, counts):
    assert LONGEST_NICKNAME + len("'s training ") + 18 == LONGEST_NAME
    store.create(small_training(), "Training " + "1" * digits)
    assert next_name("", store) == ("Training 111111111111111112" if counts else "Training 1")
