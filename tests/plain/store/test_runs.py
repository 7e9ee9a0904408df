"""Run folders remember everything; damage to any file is a state, a default or one sentence, never a surprise."""

import errno
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recipes import json_values, small_training
from support.sentences import assert_sentence, refused

from mnistlab.errors import MnistlabError, StoreError
from mnistlab.progress import Result, Snapshot
from mnistlab.recipes import weight_shapes
from mnistlab.store.files import is_held
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_info import LONGEST_NAME, clean_name
from mnistlab.store.run_life import ACTIVE, RESUMABLE
from mnistlab.store.runs import Store

RECIPE = small_training()
WEIGHTS = {name: np.ones(shape, np.float32) for name, shape in weight_shapes(RECIPE.network).items()}
ENGINE = "app-01234567"


@pytest.fixture
def store(home):
    return Store(home)


@pytest.fixture
def run(store):
    return store.create(RECIPE, "My run")


@pytest.fixture
def finished(run):
    """A run with every file a run can have."""
    run.append_event({"time": 1.0, "stage": "training", "done": 1, "total": 1})
    run.write_snapshot(Snapshot(0, WEIGHTS))
    run.write_checkpoint({"done": 1})
    run.write_result(Result({"confusion": np.eye(10)}, {"val_accuracy": 0.9}), StoredNetwork(RECIPE.network, WEIGHTS))
    run.request("resume")
    run.beat()
    run.set_state("finished", engine=ENGINE)
    return run


# What a new run has


def test_a_new_run_waits_with_all_that_was_asked_for(store, run):
    assert run.recipe() == RECIPE
    assert run.name() == "My run"
    assert run.state().name == "queued"
    assert run.epochs() == []
    assert run.summary() == {}
    assert run.requested() is None
    assert run.read_checkpoint() is None
    assert [other.id for other in store.runs()] == [run.id]


def test_a_run_without_a_name_is_called_by_its_id(store):
    run = store.create(RECIPE)
    assert run.name() == run.id


def test_runs_are_found_by_their_id(store, run):
    assert store.get(run.id).path == run.path


def test_the_newest_run_comes_first(store, monkeypatch):
    for second in (5.0, 7.0, 6.0):
        monkeypatch.setattr("time.time", lambda second=second: second)
        store.create(RECIPE, f"made at {second:g}")
    assert [run.name() for run in store.runs()] == ["made at 7", "made at 6", "made at 5"]


def test_an_empty_home_has_no_runs(store):
    assert store.runs() == []


# Names and ids of strangers


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("  two   words ", "two words"),
        ("line\nbreak\ttab\r\x00\x1b[2J", "line break tab [2J"),
        ("x" * 1000, "x" * LONGEST_NAME),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\u202egnp.exe\u200b", "gnp.exe"),
        ("Größe 3 µ 数字", "Größe 3 µ 数字"),
        ("\ud800", ""),
    ],
)
def test_names_are_one_short_printable_line(given_name, shown):
    assert clean_name(given_name) == shown


@given(st.text())
def test_any_name_can_be_shown_and_cleaning_it_again_changes_nothing(text):
    name = clean_name(text)
    assert name.isprintable()
    assert len(name) <= LONGEST_NAME
    assert clean_name(name) == name


@pytest.mark.parametrize("name", ["", " \n ", "\x00"])
def test_a_name_of_nothing_is_the_id(store, name):
    run = store.create(RECIPE, name)
    assert run.name() == run.id
    run.rename(name)
    assert run.name() == run.id


def test_renaming_keeps_everything_else(run):
    created = run.created()
    run.rename("Other")
    assert (run.name(), run.created()) == ("Other", created)


@pytest.mark.parametrize(
    "run_id",
    [
        "",
        ".",
        "..",
        "../x",
        "/etc",
        "a/b",
        "x" * 10_000,
        "training-0\n",
        "Training-1",
        "a\x00b",
        "C:\\x",
        "training-ffffffff",
    ],
)
def test_no_id_leads_out_of_the_store(store, run, run_id):
    (store.home / "x").mkdir()
    with refused(StoreError, "no run"):
        store.get(run_id)


def test_folders_that_are_no_runs_are_passed_over(store, run):
    for name in ("x", ".hidden", "With Capitals", "x" * 60):
        (store.runs_folder / name).mkdir()
    (store.runs_folder / "training-file").touch()
    assert [other.id for other in store.runs()] == [run.id]


# Its life


def test_a_new_state_keeps_engine_and_attempts(run):
    run.set_state("queued", engine=ENGINE)
    run.set_state("running", attempts=2)
    run.set_state("failed", "For a reason.")
    state = run.state()
    assert (state.name, state.reason, state.engine, state.attempts) == ("failed", "For a reason.", ENGINE, 2)


@pytest.mark.parametrize("control", ["pause", "resume", "stop", "cancel"])
def test_what_was_asked_last_counts(run, control):
    run.request("pause")
    run.request(control)
    assert run.requested() == control


def test_each_sign_of_life_changes_its_number(run):
    assert run.last_beat() == 0
    run.beat()
    first = run.last_beat()
    os.utime(run.path / ".heartbeat", (2**33, 2**33))
    assert run.last_beat() != first
    run.beat()
    assert run.last_beat() < 2**33 * 10**9


def test_a_run_is_asked_to_make_way_until_it_goes_on(run):
    assert not run.should_make_way()
    run.ask_to_make_way()
    assert run.should_make_way()
    run.keep_going()
    run.keep_going()
    assert not run.should_make_way()


def test_a_run_knows_whose_it_is_and_who_has_joined(home):
    run = Store(home).create(RECIPE, "Mine", "0123456789abcdef", "key")
    assert (run.owner(), run.key(), run.joined()) == ("0123456789abcdef", "key", [])
    run.change(owner="fedcba9876543210", joined=["0123456789abcdef"])
    run.rename("Ours")
    assert (run.owner(), run.key(), run.joined()) == ("fedcba9876543210", "key", ["0123456789abcdef"])
    assert run.name() == "Ours"


@pytest.mark.parametrize("content", ["{", "[]", '{"owner": 3, "key": null, "joined": "all"}', '{"joined": [1, null]}'])
def test_a_damaged_run_is_everybodys(run, content):
    (run.path / "run.json").write_text(content)
    assert (run.owner(), run.key(), run.joined()) == ("", "", [])


def test_a_failure_is_written_in_the_room_kept_for_it(run):
    assert (run.path / ".ballast").stat().st_size > 10_000
    run.fail("The disk is full.")
    assert not (run.path / ".ballast").exists()
    assert (run.state().name, run.state().reason) == ("failed", "The disk is full.")
    run.fail("Again.")
    assert run.state().reason == "Again."


HOLD = """
import sys, filelock
lock = filelock.FileLock(sys.argv[1])
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


class Holder:
    """Another process that holds a lock until it is killed."""

    def __init__(self, lock):
        self._process = subprocess.Popen([sys.executable, "-c", HOLD, lock.lock_file], stdin=-1, stdout=-1)
        assert self._process.stdout.readline() == b"held\n"

    def kill(self):
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def hold():
    holders = []

    def begin(lock):
        holders.append(Holder(lock))
        return holders[-1]

    yield begin
    for holder in holders:
        holder.kill()


def test_a_lock_is_free_once_its_holder_is_killed(run, hold):
    assert not is_held(run.lock())
    holder = hold(run.lock())
    assert is_held(run.lock())
    holder.kill()
    assert not is_held(run.lock())


@pytest.mark.parametrize("name", sorted(ACTIVE))
def test_an_active_run_nobody_holds_is_interrupted(store, run, name):
    run.set_state(name, engine=ENGINE, attempts=2)
    state = store.state(run)
    assert (state.name, state.engine, state.attempts, state.since) == ("interrupted", ENGINE, 2, run.state().since)
    assert_sentence(state.reason)


@pytest.mark.parametrize("name", sorted(ACTIVE))
@pytest.mark.parametrize("whose", ["worker", "app"])
def test_an_active_run_somebody_holds_is_not_interrupted(store, run, hold, name, whose):
    run.set_state(name, engine=ENGINE)
    holder = hold(run.lock() if whose == "worker" else store.engine_lock(ENGINE))
    assert store.state(run).name == name
    holder.kill()
    assert store.state(run).name == "interrupted"


def test_the_app_itself_counts_as_a_holder(store, run):
    run.set_state("queued", engine=ENGINE)
    with store.engine_lock(ENGINE).acquire():
        assert store.state(run).name == "queued"


def test_another_apps_life_does_not_count(store, run, hold):
    run.set_state("running", engine=ENGINE)
    hold(store.engine_lock("app-other"))
    assert store.state(run).name == "interrupted"


@pytest.mark.parametrize("name", ["finished", "failed", "cancelled"])
def test_a_run_at_its_end_is_never_interrupted(store, run, name):
    run.set_state(name)
    assert store.state(run) == run.state()


def test_every_state_is_active_or_at_an_end():
    assert not ACTIVE & RESUMABLE


@pytest.mark.parametrize("engine", ["", "../../x", "x" * 1000, "a/b", "\x00"])
def test_no_engines_name_leads_out_of_the_store(store, run, engine):
    run.set_state("queued", engine=engine)
    assert store.state(run).name == "interrupted"
    assert {path.name for path in store.home.iterdir()} == {"runs", "engines"}


# Deleting


def test_deleting_removes_everything(store, finished):
    store.delete(finished)
    assert not finished.path.exists()
    assert store.runs() == []


def test_a_run_at_work_is_not_deleted(store, run, hold):
    run.set_state("running")
    holder = hold(run.lock())
    with refused(StoreError, "“My run”", "cancel it first"):
        store.delete(run)
    assert run.recipe() == RECIPE
    holder.kill()
    store.delete(run)
    assert store.runs() == []


def test_a_damaged_run_can_be_deleted(store, run):
    (run.path / "state.json").write_text("damaged")
    store.delete(run)
    assert not run.path.exists()


def test_a_deleted_run_stays_deleted_whoever_looks_at_it(store, run):
    store.delete(run)
    look_at_everything(store, run)
    assert not run.path.exists()


# Damage


def look_at_everything(store, run):
    """Call all that pages call; return the state, and hold that nothing but sentences are raised."""
    for look in (run.recipe, run.result, run.network, lambda: run.network(0)):
        try:
            look()
        except MnistlabError as error:
            assert_sentence(error)
    assert run.name().isprintable()
    assert run.name()
    assert 0 <= run.created() < 1e12
    assert all(isinstance(epoch, int) for epoch in run.epochs())
    assert isinstance(run.summary(), dict)
    assert isinstance(run.event_log().read(), list)
    assert run.requested() in (None, "pause", "resume", "stop", "cancel")
    assert run.last_beat() >= 0
    assert run.size() >= 0
    run.read_checkpoint()
    store.runs()
    state = store.state(run)
    if state.name in ("damaged", "interrupted"):
        assert_sentence(state.reason)
    return state


FILES = [
    "run.json", "recipe.json", "state.json", "control.json", "events.jsonl", "checkpoint.npz", "result.npz", "summary.json",
    "model/network.json", "model/weights.safetensors", "epochs/0000.safetensors", ".heartbeat", ".lock",
]  # fmt: skip
DAMAGE = {
    "empty": lambda content: b"",
    "half": lambda content: content[: len(content) // 2],
    "zeros": lambda content: bytes(len(content)),
    "noise": lambda content: np.random.default_rng(0).bytes(5000),
    "huge": lambda content: b"[" * 2_000_000,
    "null": lambda content: b"null",
    "list": lambda content: b"[1, 2]",
    "text": lambda content: b'"text"',
}


def test_every_file_of_a_run_is_damaged_below(finished):
    finished.set_state("finished")
    is_held(finished.lock())
    written = {str(path.relative_to(finished.path)) for path in finished.path.rglob("*") if path.is_file()}
    assert written - {".ballast"} == set(FILES)


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("file", FILES)
def test_a_damaged_file_is_a_sentence_or_a_default(store, finished, file, damage):
    path = finished.path / file
    path.write_bytes(DAMAGE[damage](path.read_bytes() if path.exists() else b""))
    state = look_at_everything(store, finished)
    assert state.name == ("damaged" if file == "state.json" else "finished")
    finished.set_state("failed", "It can be written again.")
    assert finished.state().name == "failed"


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_a_sentence_or_a_default(store, finished, file):
    (finished.path / file).unlink(missing_ok=True)
    assert look_at_everything(store, finished).name == ("damaged" if file == "state.json" else "finished")


@pytest.mark.parametrize("file", FILES)
def test_a_folder_in_a_files_place_is_a_sentence_or_a_default(store, finished, file):
    (finished.path / file).unlink(missing_ok=True)
    (finished.path / file).mkdir()
    look_at_everything(store, finished)


@given(
    st.fixed_dictionaries(
        {"name": json_values | st.sampled_from(["queued", "running", "interrupted", "damaged", "flying"])},
        optional=dict.fromkeys(("reason", "engine", "attempts", "since", "other"), json_values),
    )
    | json_values
)
def test_any_json_as_a_state_is_a_state(tmp_path_factory, content):
    store = Store(tmp_path_factory.mktemp("home"))
    run = store.create(RECIPE)
    (run.path / "state.json").write_text(json.dumps(content))
    state = store.state(run)
    assert isinstance(state.engine, str)
    assert isinstance(state.attempts, int)
    assert isinstance(state.since, float)
    run.set_state("running", attempts=state.attempts + 1)


@given(
    st.fixed_dictionaries({}, optional={"name": json_values, "created": json_values | st.just(10**400)}) | json_values
)
def test_any_json_about_a_run_is_a_name_and_a_time(tmp_path_factory, content):
    store = Store(tmp_path_factory.mktemp("home"))
    run = store.create(RECIPE)
    (run.path / "run.json").write_text(json.dumps(content))
    look_at_everything(store, run)
    run.rename("New")
    assert run.name() == "New"


def test_odd_names_among_the_epochs_are_passed_over(finished):
    for name in ("0abc.safetensors", "x.safetensors", "-1.safetensors", ".part", "0003.npz"):
        (finished.path / "epochs" / name).touch()
    assert finished.epochs() == [0]


def test_an_event_that_a_resumed_run_makes_again_is_dropped(run):
    for done in range(5):
        run.append_event({"time": float(done), "stage": "training", "done": done, "total": 9})
    run.rewind_events(2)
    assert [event["done"] for event in run.event_log().read()] == [0, 1, 2]


def test_a_checkpoint_replaces_the_one_before(run):
    run.write_checkpoint({"weights": np.arange(3), "done": 5})
    run.write_checkpoint({"weights": np.arange(4), "done": 6})
    checkpoint = run.read_checkpoint()
    assert checkpoint["done"] == 6
    np.testing.assert_array_equal(checkpoint["weights"], np.arange(4))


def test_a_run_anywhere_can_be_made_for_the_command_line(tmp_path):
    run = RunFolder.create(tmp_path / "deep" / "out", RECIPE, "out")
    assert (run.id, run.recipe(), run.state().name) == ("out", RECIPE, "queued")


def test_a_ticket_that_cannot_be_torn_is_worth_nothing(run, monkeypatch):
    run.issue_ticket("once")

    def failing(path, missing_ok=False):
        raise OSError(errno.EROFS, "read-only")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", failing)
        assert not run.use_ticket("once")
    assert run.has_ticket("once")
    assert not run.use_ticket("another")
    assert run.use_ticket("once")
    assert not run.use_ticket("once")
    assert not run.has_ticket("once")


def test_an_id_is_the_kind_and_eight_digits(run):
    """Links and docs show it, and it is typed by hand."""
    assert re.fullmatch(r"training-[0-9a-f]{8}", run.id)
