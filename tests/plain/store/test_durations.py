"""What finished runs took, and what an estimate makes of it."""

import json

import pytest
from support.recipes import small_training

from mnistlab.engine.admission import roughly
from mnistlab.engine.estimates import estimate, remaining
from mnistlab.kinds import kind_of
from mnistlab.recipes import AtlasRecipe, NetworkRecipe, OipRecipe, PrecursorRecipe
from mnistlab.store.durations import LINES_KEPT, RECENT_RUNS, Duration, Durations, Rate
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


def test_jobs_of_about_that_size_are_believed_first(durations):
    # What begins and ends a job weighs more in a small one: 0.1 s of work in 3 s, 100 s in 103.
    for work, seconds in ((0.1, 3.0), (100.0, 103.0), (110.0, 113.0), (0.12, 3.0)):
        durations.record(Duration("training", work, seconds))
    assert durations.rate("training", 0.11).seconds == pytest.approx((30 + 25) / 2)
    assert durations.rate("training", 105.0).seconds == pytest.approx((1.03 + 113 / 110) / 2)


def test_jobs_of_quite_another_size_make_no_more_than_a_guess(home, durations):
    amount = work(RECIPE, None)
    durations.record(Duration("training", amount * 6, 60.0))
    assert durations.rate("training", amount) == Rate(60 / (amount * 6), comparable=False)
    guess = estimate(Wish.of(RECIPE, Store(home)), home)
    assert (guess.seconds, guess.measured) == (pytest.approx(10), False)
    assert durations.rate("training", amount * 1.3).comparable
    assert durations.rate("training", amount * 29).comparable
    assert not durations.rate("training", amount * 31).comparable


def test_of_jobs_alike_the_latest_are_believed(durations):
    for seconds in (1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0):
        durations.record(Duration("training", 1.0, seconds))
    assert durations.rate("training", 1.0).seconds == 2.0
    for _ in range(RECENT_RUNS):
        durations.record(Duration("training", 1000.0, 4000.0))
    assert durations.rate("training", 1.0) == Rate(4.0, comparable=False)


def test_a_guess_is_no_more_precise_than_a_guess_is():
    assert [roughly(seconds) for seconds in (1, 19, 60, 170, 181, 1700, 3600, 10_000)] == [
        *["less than a minute"] * 2,
        *["a minute or two"] * 2,
        *["several minutes"] * 2,
        "half an hour or more",
        "several hours",
    ]


def test_other_kinds_do_not_count(durations):
    durations.record(Duration("atlas-fast", 1.0, 5.0))
    assert durations.rate("training", 1.0) is None


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
    assert durations.rate("training", 2.0) == Rate(0.5, comparable=True)


def test_a_place_that_cannot_be_written_costs_only_the_estimate(home):
    home.write_text("a file where the folder should be")
    Durations(home).record(Duration("training", 1.0, 1.0))
    assert Durations(home).rate("training", 1.0) is None


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
