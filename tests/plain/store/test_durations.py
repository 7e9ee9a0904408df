"""What finished runs took, and what an estimate makes of it."""

import json

import pytest
from support.recipes import small_training

from mnistlab.engine.estimates import estimate, remaining
from mnistlab.kinds import kind_of
from mnistlab.recipes import AtlasRecipe, NetworkRecipe, OipRecipe, PrecursorRecipe
from mnistlab.store.durations import LINES_KEPT, Duration, Durations
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish

RECIPE = small_training()


def work(recipe, network):
    return kind_of(recipe).work(recipe, network)


def pace(recipe):
    return kind_of(recipe).pace(recipe)


@pytest.fixture
def durations(home):
    return Durations(home)


def test_before_the_first_run_the_estimate_says_that_it_is_a_guess(home):
    guess = estimate(Wish.of(RECIPE, Store(home)), home)
    assert not guess.measured
    assert guess.seconds > 0


def test_an_estimate_follows_what_was_measured(home, durations):
    amount = work(RECIPE, None)
    for seconds in (10.0, 20.0, 900.0):
        durations.record(Duration("training", amount, seconds))
    found = estimate(Wish.of(RECIPE, Store(home)), home)
    assert found.measured
    assert found.seconds == pytest.approx(20)
    assert estimate(Wish.of(small_training(epochs=4), Store(home)), home).seconds == pytest.approx(40)


def test_other_kinds_do_not_count(durations):
    durations.record(Duration("atlas-fast", 1.0, 5.0))
    assert durations.seconds_per_work("training") is None


def test_the_file_is_kept_short(home, durations):
    path = home / "durations.jsonl"
    durations.record(Duration("training", 1.0, 1.0))
    path.write_text(path.read_text() * 2 * LINES_KEPT)
    durations.record(Duration("training", 1.0, 3.0))
    lines = path.read_text().splitlines()
    assert len(lines) == LINES_KEPT
    assert json.loads(lines[-1])["seconds"] == 3.0


@pytest.mark.parametrize(
    "damage", [b"\xff\xfe", b"{", b"[1]", b'{"kind": "training", "work": 0, "seconds": 1}', b'{"kind": 3}', b"[" * 5000]
)
def test_damaged_lines_are_passed_over(home, durations, damage):
    durations.record(Duration("training", 2.0, 1.0))
    path = home / "durations.jsonl"
    path.write_bytes(damage + b"\n" + path.read_bytes() + damage)
    assert durations.seconds_per_work("training") == 0.5


def test_a_place_that_cannot_be_written_costs_only_the_estimate(home):
    home.write_text("a file where the folder should be")
    Durations(home).record(Duration("training", 1.0, 1.0))
    assert Durations(home).seconds_per_work("training") is None


def test_work_grows_with_what_is_asked_for():
    network = NetworkRecipe()
    assert work(small_training(epochs=4), None) == pytest.approx(2 * work(RECIPE, None))
    for less, more in [
        (OipRecipe(), OipRecipe(answers=2)),
        (PrecursorRecipe(maps=(1,)), PrecursorRecipe(maps=(1, 2))),
        (PrecursorRecipe(), PrecursorRecipe(method="exhaustive")),
        (AtlasRecipe(), AtlasRecipe(ascent={"steps": 240, "step_size": 0.1})),
    ]:
        assert 1 < work(less, network) < work(more, network)


def test_methods_are_compared_with_their_like_only():
    assert pace(PrecursorRecipe()) != pace(PrecursorRecipe(method="exhaustive"))
    assert pace(AtlasRecipe()).endswith("fast")


def test_the_rest_of_a_run_follows_its_own_speed(home, monkeypatch):
    run = Store(home).create(RECIPE)
    run.set_state("running", attempts=1)
    whole = estimate(Wish.of(RECIPE, Store(home)), home)
    assert remaining(run, whole) == whole.seconds
    run.append_event({"time": 1.0, "done": 25, "total": 100})
    since = run.state().since
    monkeypatch.setattr("time.time", lambda: since + 30)
    assert remaining(run, whole) == pytest.approx(90)


def test_the_file_is_left_alone_until_it_is_twice_as_long(home, durations):
    path = home / "durations.jsonl"
    durations.record(Duration("training", 1.0, 1.0))
    path.write_text(path.read_text() * (2 * LINES_KEPT - 1))
    durations.record(Duration("training", 1.0, 3.0))
    assert len(path.read_text().splitlines()) == 2 * LINES_KEPT
