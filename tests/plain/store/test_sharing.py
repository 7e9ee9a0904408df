"""Equal recipes on equal weights are one run; visitors and their rights as the store knows them."""

import shutil
import threading
from dataclasses import fields

import numpy as np
import pytest
from support.recipes import small_training
from support.sentences import refused

from mnistlab.engine.admission import CameFrom, admit, in_words
from mnistlab.errors import BusyError, StoreError
from mnistlab.progress import Result
from mnistlab.recipes import AtlasRecipe
from mnistlab.results.atlas import Atlas
from mnistlab.settings import Settings
from mnistlab.store.atlases import atlas_recipe, find_atlas
from mnistlab.store.models import reference_network
from mnistlab.store.networks import write_network
from mnistlab.store.own_runs import OwnRuns
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish, equal_run
from mnistlab.store.visitors import LONGEST_NICKNAME, MOST_NICKNAMES, Nicknames, visitor_id
from mnistlab.store.wishes import leave

ANN, BOB, CAY = "a" * 16, "b" * 16, "c" * 16
RECIPE = small_training()


@pytest.fixture
def store(home):
    return Store(home)


@pytest.fixture
def alive(store):
    """An app that holds its lock, so that its runs are not interrupted."""
    with store.engine_lock("app-0000").acquire(timeout=0):
        yield "app-0000"


def wish(store, owner, recipe=RECIPE, submit=lambda run: None, **limits):
    return admit(recipe, "a run", owner, store, Settings(home=store.home, **limits), submit)


def at_work(admitted, engine):
    admitted.run.set_state("running", engine=engine)
    return admitted.run


def test_the_same_wish_is_the_same_run(store, alive):
    first = wish(store, ANN)
    at_work(first, alive)
    second = wish(store, BOB)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.run.id == first.run.id
    assert (second.run.owner(), second.run.joined()) == (ANN, [BOB])
    assert wish(store, BOB, small_training(seed=1)).is_new


def test_wishes_at_the_same_moment_make_one_run(store, alive):
    found = []
    start = threading.Barrier(8)

    def press(owner):
        start.wait()
        found.append(wish(store, owner, submit=lambda run: run.set_state("queued", engine=alive)))

    threads = [threading.Thread(target=press, args=(f"{number:016x}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({admitted.run.id for admitted in found}) == 1
    assert [admitted.is_new for admitted in found].count(True) == 1
    assert len(store.runs()) == 1
    assert len(store.runs()[0].joined()) == 7


@pytest.mark.parametrize("end", ["failed", "cancelled", "paused", "interrupted", "damaged"])
def test_what_has_no_result_and_gets_none_is_not_shared(store, alive, end):
    run = at_work(wish(store, ANN), alive)
    if end == "damaged":
        (run.path / "state.json").write_text("{")
    elif end == "interrupted":
        run.set_state("running", engine="app-gone")
    else:
        run.set_state(end, engine=alive)
    assert wish(store, BOB).is_new


@pytest.mark.parametrize("asked", ["stop", "cancel", "pause"])
def test_what_is_asked_to_end_or_to_wait_is_not_shared_even_before_it_happens(store, alive, asked):
    first = at_work(wish(store, ANN), alive)
    first.request(asked)
    second = wish(store, BOB)
    assert second.is_new
    assert first.joined() == []


def test_a_training_stopped_early_is_not_shared(store):
    run = wish(store, ANN).run
    run.write_result(Result({}, {"complete": False}), None)
    run.set_state("finished")
    assert equal_run(Wish.of(RECIPE, store), store) is None
    run.write_result(Result({}, {"complete": True}), None)
    assert equal_run(Wish.of(RECIPE, store), store) is not None


def test_equal_weights_count_not_their_name(store):
    """Two trainings that led to the very same weights, and the reference network itself."""
    keys = {Wish.of(AtlasRecipe(), store).key}
    for seed in (1, 2):
        run = store.create(small_training(seed=seed))
        write_network(run.path / "model", reference_network())
        run.set_state("finished")
        keys.add(Wish.of(AtlasRecipe(model=run.id), store).key)
    assert len(keys) == 1
    changed = reference_network().weights | {"Conv2D_1/bias": np.zeros(32, np.float32)}
    write_network(run.path / "model", type(reference_network())(reference_network().recipe, changed))
    run.set_state("finished")
    assert Wish.of(AtlasRecipe(model=run.id), store).key not in keys


def test_an_atlas_is_found_under_another_name_of_the_same_weights(store):
    """As after an import of a run's files: else the page would have neither an atlas nor a button."""
    trained, imported = store.create(small_training()), store.create(small_training())
    for run in (trained, imported):
        write_network(run.path / "model", reference_network())
        run.set_state("finished")
    recipe = atlas_recipe(trained.id, "Conv2D_1")
    assert find_atlas(recipe, store) is None
    made = store.create(recipe, key=Wish.of(recipe, store).key)
    assert find_atlas(recipe, store) is None
    names = [field.name for field in fields(Atlas)]
    made.write_result(
        Result(dict.fromkeys(names, np.zeros(2)) | {"images": np.ones((2, 28, 28), np.float32)}, {}), None
    )
    made.set_state("finished")
    for run in (trained, imported):
        found = find_atlas(atlas_recipe(run.id, "Conv2D_1"), store)
        assert found is not None
        assert found.images.shape == (2, 28, 28)


def test_who_leaves_hands_the_run_over(store, alive):
    run = at_work(wish(store, ANN), alive)
    for other in (BOB, CAY):
        wish(store, other)
    assert leave(run, BOB)
    assert (run.owner(), run.joined()) == (ANN, [CAY])
    assert leave(run, ANN)
    assert (run.owner(), run.joined()) == (CAY, [])
    assert not leave(run, CAY)


def test_one_visitor_may_have_so_many(store, alive):
    for seed in range(3):
        at_work(wish(store, ANN, small_training(seed=seed), queued_per_visitor=2), alive)
    with refused(BusyError, "You have 3 jobs"):
        wish(store, ANN, small_training(seed=3), queued_per_visitor=2)
    assert not wish(store, ANN, small_training(seed=2), queued_per_visitor=2).is_new
    assert wish(store, BOB, small_training(seed=3), queued_per_visitor=2).is_new


def test_nobody_gets_more_than_a_share_by_inheriting(store, alive):
    """Made-up visitors start, one joins, and they leave."""
    got = []
    for number in range(10):
        recipe = small_training(seed=number)
        at_work(wish(store, f"{number:016x}", recipe), alive)
        try:
            got.append(wish(store, ANN, recipe).run)
        except BusyError as error:
            assert "You have 6 jobs" in str(error)
            continue
        assert leave(got[-1], f"{number:016x}")
    assert len(got) == 6
    assert [run.owner() for run in got] == [ANN] * 6


def test_what_is_finished_is_found_by_who_has_as_many_jobs_as_one_may(store, alive):
    recipe = small_training(seed=50)
    done = wish(store, BOB, recipe).run
    done.write_result(Result({}, {}), None)
    done.set_state("finished")
    for number in range(6):
        at_work(wish(store, ANN, small_training(seed=number)), alive)
    assert wish(store, ANN, recipe).run.id == done.id


def test_a_full_queue_refuses_all_but_first_jobs(store, alive):
    for seed, owner in enumerate((ANN, BOB)):
        at_work(wish(store, owner, small_training(seed=seed), queue_length=1), alive)
    with refused(BusyError, "The queue is full"):
        wish(store, ANN, small_training(seed=8), queue_length=1)
    at_work(wish(store, CAY, small_training(seed=9), queue_length=1), alive)
    with refused(BusyError, "The queue is full"):
        wish(store, "d" * 16, small_training(seed=10), queue_length=1)


def test_where_a_job_came_from_is_counted_until_it_ends_and_kept_nowhere(store, alive):
    addresses = {}
    strict = Settings(home=store.home, visitors_per_address=1)

    def come(owner, seed, address):
        came_from = CameFrom(addresses, address)
        return admit(small_training(seed=seed), "", owner, store, strict, lambda run: None, came_from)

    first = at_work(come(ANN, 1, "here"), alive)
    with refused(BusyError, "from your network"):
        come(BOB, 2, "here")
    at_work(come(BOB, 2, "there"), alive)
    first.set_state("cancelled")
    come(CAY, 3, "here")
    assert sorted(addresses.values()) == ["here", "there"]
    assert not [path for path in store.home.rglob("*") if path.is_file() and b"here" in path.read_bytes()]


def test_a_job_longer_than_allowed_is_refused(store):
    with refused(BusyError, "minutes", "Choose fewer"):
        wish(
            store,
            ANN,
            small_training(epochs=200, train_size=60_000, network={"dense": [{"units": 1000}]}),
            longest_job=5,
        )
    assert store.runs() == []


def test_whoever_joins_without_end_keeps_nobody_from_the_same_job(store, alive, monkeypatch):
    monkeypatch.setattr("mnistlab.store.wishes.MOST_JOINED", 1)
    first = at_work(wish(store, ANN), alive)
    assert wish(store, BOB).run.id == first.id
    admitted = wish(store, CAY)
    second = at_work(admitted, alive)
    assert admitted.is_new
    assert second.id != first.id
    assert wish(store, "d" * 16).run.id == second.id


def test_a_disk_that_is_nearly_full_takes_no_new_job(store, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9 - 10**7, 10**7))
    with refused(BusyError, "10 MB are left"):
        wish(store, ANN)
    assert wish(store, ANN, disk_reserve=10).is_new


def test_estimates_are_said_no_more_exactly_than_they_are():
    assert [in_words(seconds) for seconds in (0.2, 40.4, 600, 9000)] == [
        "a second",
        "40 seconds",
        "10 minutes",
        "2.5 hours",
    ]


def test_a_private_store_shows_ones_own_runs(store, alive):
    mine, shared = wish(store, ANN).run, at_work(wish(store, BOB, small_training(seed=1)), alive)
    wish(store, ANN, small_training(seed=1))
    theirs, everybodys = wish(store, BOB, small_training(seed=2)).run, store.create(RECIPE)
    seen = OwnRuns(store.home, ANN)
    assert {run.id for run in seen.runs()} == {mine.id, shared.id, everybodys.id}
    with refused(StoreError, "There is no run"):
        seen.get(theirs.id)
    assert seen.get(shared.id).id == shared.id


def test_an_id_gives_the_secret_away_to_nobody_and_differs_by_source():
    ids = {visitor_id(source, "secret") for source in ("browser", "login", "header")}
    assert len(ids) == 3
    assert all(len(name) == 16 and "secret" not in name for name in ids)


def test_a_nickname_is_kept_clean_and_short(home):
    names = Nicknames(home)
    assert names.of(ANN) == "visitor aaaa"
    names.choose(ANN, "  Ann\n\x1b[31m " + "x" * 100)
    assert names.of(ANN).startswith("Ann")
    assert len(names.of(ANN)) == LONGEST_NICKNAME
    assert names.of(ANN).isprintable()
    assert names.all() == [ANN]
    names.forget(ANN)
    assert names.of(ANN) == "visitor aaaa"


@pytest.mark.parametrize("visitor", ["../../etc", "a/b", "A" * 16, "x" * 16, ".."])
def test_what_is_no_id_is_no_path(home, visitor):
    names = Nicknames(home)
    names.choose(visitor, "Eve")
    assert [path.name for path in home.rglob("*") if path.is_file()] == ["none.json"]


def test_nicknames_made_by_program_do_not_fill_the_disk(home, monkeypatch):
    monkeypatch.setattr("mnistlab.store.visitors.MOST_NICKNAMES", 3)
    names = Nicknames(home)
    for number in range(3):
        names.choose(f"{number:016x}", "n")
    with refused(StoreError, "Too many visitors"):
        names.choose(ANN, "Ann")
    names.choose(f"{0:016x}", "again")
    assert MOST_NICKNAMES > 3
