"""The index of runs answers as the folders do, whatever happens to the folders, to its file, or beside it."""

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from support.disks import fill, small_disk
from support.recipes import small_training

from mnistlab.store import index, index_file, index_rows
from mnistlab.store.files import write_json
from mnistlab.store.index_file import INDEX_FILE
from mnistlab.store.own_runs import OwnRuns
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store
from mnistlab.store.search import AT_WORK, Search
from mnistlab.store.wishes import join, leave

__all__ = ["small_disk"]

ANN, BOB, CAY = "a" * 16, "b" * 16, "c" * 16
RECIPE = small_training()


@pytest.fixture
def store(home):
    return Store(home)


@pytest.fixture(autouse=True)
def saved_at_once(monkeypatch):
    """Small stores keep their index in a file, too."""
    monkeypatch.setattr(index, "FEWEST_UNSAVED", 1)


def as_another_process(store):
    """Forget what this process knows: the next question begins with the file."""
    index._indexes.clear()
    return store


@pytest.fixture
def settle():
    """Let the systems' steps of time pass, so that what has ended is trusted."""
    return lambda: time.sleep(1.5 * index_rows.STEP_NS / 1e9)


def ended(store, name, owner="", state="finished"):
    run = store.create(RECIPE, name, owner)
    run.set_state(state)
    return run


def names(runs):
    return [run.name() for run in runs]


def file_of(store):
    return store.home / INDEX_FILE


def by_the_folders(home):
    """Return what the folders say, without the index: newest first."""
    runs = [RunFolder(path) for path in (home / "runs").iterdir()]
    return sorted(
        ((run.id, run.name(), run.owner(), run.state().name) for run in runs),
        key=lambda row: (-RunFolder(home / "runs" / row[0]).created(), row[0]),
    )


def assert_as_the_folders(store):
    rows = by_the_folders(store.home)
    assert [run.id for run in store.runs()] == [row[0] for row in rows]
    assert store.count() == len(rows)
    assert sorted(names(store.runs())) == sorted(row[1] for row in rows)
    for name in {row[1] for row in rows}:
        assert store.count(Search(words=name)) == sum(name.casefold() in row[1].casefold() for row in rows)
    for state in {row[3] for row in rows}:
        found = [run.id for run in store.find(Search(states=frozenset({state})))]
        assert found == [row[0] for row in rows if row[3] == state]
    for owner in {row[2] for row in rows} - {""}:
        assert {run.id for run in store.find(Search(of=owner)) if run.owner() == owner} == {
            row[0] for row in rows if row[2] == owner
        }


# Finding


def test_lists_come_in_pages_the_newest_first(store):
    for number in range(7):
        ended(store, f"run {number}")
    pages = [names(store.find(most=3, skip=skip)) for skip in (0, 3, 6, 9)]
    assert pages == [["run 6", "run 5", "run 4"], ["run 3", "run 2", "run 1"], ["run 0"], []]


@pytest.mark.parametrize(
    ("words", "found"),
    [("ÄRGER", ["Ärger 2"]), ("  two  words ", ["two words"]), ("%", ["100 %"]), ("_", []), ("r", ["two words", "Ärger 2"]), ("no", [])],
)  # fmt: skip
def test_a_part_of_the_name_finds_runs(store, words, found):
    for name in ("Ärger 2", "two words", "100 %"):
        ended(store, name)
    assert sorted(names(store.find(Search(words=words)))) == sorted(found)
    assert store.count(Search(words=words)) == len(found)


def test_conditions_hold_together(store):
    first, second = ended(store, "one", ANN), ended(store, "one", BOB)
    (second.path / "epochs").mkdir()
    (second.path / "epochs" / "0001.safetensors").touch()
    second.append_event({"done": 1})
    assert [run.id for run in store.find(Search(words="one", of=ANN))] == [first.id]
    for search in (Search(with_epochs=True), Search(with_curves=True, kind="training")):
        assert [run.id for run in store.find(search)] == [second.id]
    assert store.find(Search(kind="atlas")) == []


def test_a_half_done_run_is_found_by_its_recipe(store):
    half, whole = ended(store, "half", state="failed"), ended(store, "whole")
    assert [run.id for run in store.find(Search(digest=RECIPE.digest))] == [half.id]
    whole.set_state("paused")
    assert {run.id for run in store.find(Search(digest=RECIPE.digest))} == {half.id, whole.id}


def test_each_visitor_finds_runs_by_their_own_names(store):
    run, free = ended(store, "Ann's", ANN), ended(store, "everybody's")
    for shared in (run, free):
        join(shared, BOB, "Bob's")
    bobs = OwnRuns(store.home, BOB)
    assert names(bobs.find(Search(words="bob"))) == ["Bob's"]
    assert bobs.find(Search(words="ann")) == []
    assert names(bobs.find(Search(words="every"))) == ["everybody's"]
    assert sorted(names(bobs.runs())) == ["Bob's", "everybody's"]
    assert {found.id for found in store.find(Search(of=BOB))} == {run.id, free.id}
    assert OwnRuns(store.home, CAY).count() == 1
    leave(run, ANN)
    assert sorted(names(store.find(Search(of=BOB)))) == ["Bob's", "everybody's"]
    assert OwnRuns(store.home, ANN).count() == 1


def test_states_sizes_and_shares_are_counted(store):
    small, large = ended(store, "small", ANN), ended(store, "large", BOB, "failed")
    (large.path / "more").write_bytes(bytes(100_000))
    queued = store.create(RECIPE, "queued", BOB)
    assert store.states() == Counter(finished=1, failed=1, interrupted=1)
    ((largest, size),) = store.largest(1)
    assert (largest.id, size) == (large.id, large.size())
    shares = store.shares()
    assert (shares[ANN].runs, shares[ANN].bytes) == (1, small.size())
    assert (shares[BOB].runs, shares[BOB].bytes) == (2, large.size() + queued.size())
    assert OwnRuns(store.home, ANN).shares().keys() == {ANN}


# What others do to the folders

ANOTHER_PROCESS = """
import sys
from pathlib import Path
from mnistlab.store.runs import Store
store = Store(Path(sys.argv[1]))
for line in sys.stdin:
    act, run_id, value = line.split()
    run = store.get(run_id)
    {"rename": run.rename, "state": run.set_state, "delete": lambda _: store.delete(run)}[act](value)
    print("done", flush=True)
"""


@pytest.fixture
def tell(store):
    """Let another process change runs, as workers and other apps do."""
    process = subprocess.Popen([sys.executable, "-c", ANOTHER_PROCESS, str(store.home)], stdin=-1, stdout=-1, text=True)

    def tell(act, run, value="-"):
        process.stdin.write(f"{act} {run.id} {value}\n")
        process.stdin.flush()
        assert process.stdout.readline() == "done\n"

    yield tell
    process.communicate(timeout=20)


def test_what_another_process_does_is_seen(store, tell, settle, monkeypatch):
    queued, old, gone = store.create(RECIPE, "queued"), ended(store, "old"), ended(store, "gone")
    settle()
    assert store.count() == 3
    tell("state", queued, "running")
    assert names(store.find(Search(states=frozenset({"running"})))) == ["queued"]
    tell("state", queued, "finished")
    assert store.find(AT_WORK) == []
    tell("delete", gone)
    assert store.count() == 2
    # Of a run that has ended it is seen within CHECK_SECONDS.
    monkeypatch.setattr(index, "CHECK_SECONDS", 0.01)
    tell("rename", old, "new")
    tell("state", old, "queued")
    time.sleep(0.02)
    assert names(store.find(Search(words="new", states=frozenset({"queued"})))) == ["new"]
    assert_as_the_folders(store)


def test_what_this_process_does_is_seen_at_once(store, settle, monkeypatch):
    run, other = ended(store, "old", ANN), ended(store, "other")
    settle()
    store.count()
    # Nobody looks at folders in turn.
    monkeypatch.setattr(index.RunIndex, "_due", lambda self: set())
    run.rename("new")
    join(other, BOB, "mine")
    assert sorted(names(store.find(Search(words="new")))) == ["new"]
    assert OwnRuns(store.home, BOB).count() == 1
    assert [found.id for found in store.find(Search(of=BOB))] == [other.id]
    run.set_state("queued")
    assert names(store.find(AT_WORK)) == ["new"]
    store.delete(other)
    assert store.count() == 1


def test_a_change_in_the_same_step_of_the_systems_time_is_seen(store, monkeypatch):
    monkeypatch.setattr(index_rows, "STEP_NS", 60_000_000_000)
    monkeypatch.setattr(index_rows, "WHOLE_STEP_NS", 60_000_000_000)
    run = ended(store, "old")
    assert names(store.find(Search(words="old"))) == ["old"]
    monkeypatch.setattr(index.RunIndex, "_due", lambda self: set())
    about = json.loads((run.path / "run.json").read_text())
    # In place, so that the folder bears the same times.
    (run.path / "run.json").write_text(json.dumps(about | {"name": "new"}))
    assert names(store.find(Search(words="new"))) == ["new"]


def test_the_end_of_a_run_is_seen_where_folders_show_old_times(store, monkeypatch):
    """As NFS does, for half a minute and more."""
    run = store.create(RECIPE, "one")
    for module in (index, index_rows):
        monkeypatch.setattr(module, "stamp_of", lambda folder: ("as ever", True))
    monkeypatch.setattr(index, "STATE_SECONDS", 0.0)
    assert names(store.find(AT_WORK)) == ["one"]
    write_json(run.path / "state.json", {"name": "finished"})
    assert names(store.find(Search(states=frozenset({"finished"})))) == ["one"]


def test_a_run_made_in_the_same_step_of_the_systems_time_is_seen(store, monkeypatch):
    run = ended(store, "one")
    stamp_of = index.stamp_of
    monkeypatch.setattr(
        index, "stamp_of", lambda folder: ("the same", False) if folder == store.runs_folder else stamp_of(folder)
    )
    assert store.count() == 1
    shutil.copytree(run.path, store.runs_folder / "training-00000001")
    assert store.count() == 2


TWICE = """
import sys
from pathlib import Path
from support.recipes import small_training
from mnistlab.engine.admission import admit
from mnistlab.settings import Settings
from mnistlab.store.runs import Store
store = Store(Path(sys.argv[1]))
store.count()
print("ready", flush=True)
sys.stdin.readline()
for seed in range(12):
    admit(small_training(seed=seed), "", "", store, Settings(home=store.home), lambda run: run.set_state("finished"))
"""


def test_two_apps_that_get_the_same_wishes_make_each_run_once(store):
    command = [sys.executable, "-c", TWICE, str(store.home)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    apps = [subprocess.Popen(command, stdin=-1, stdout=-1, text=True, env=environment) for _ in range(2)]
    for app in apps:
        assert app.stdout.readline() == "ready\n"
    for app in apps:
        app.stdin.write("go\n")
        app.stdin.flush()
    for app in apps:
        app.communicate(timeout=60)
    assert [app.returncode for app in apps] == [0, 0]
    assert Counter(names(store.runs())) == Counter(f"Training {number}" for number in range(1, 13))
    assert_as_the_folders(store)


def test_all_folders_are_looked_at_in_turn(store, settle, monkeypatch):
    runs = [ended(store, f"run {number}") for number in range(40)]
    settle()
    store.count()
    now = time.monotonic()
    monkeypatch.setattr(index.time, "monotonic", lambda: now)
    looked = Counter()
    stamp_of = index.stamp_of

    def counting(folder):
        looked[str(folder).rpartition(os.sep)[2]] += 1
        return stamp_of(folder)

    monkeypatch.setattr(index, "stamp_of", counting)
    for _ in range(20):
        now += index.CHECK_SECONDS / 20
        store.count()
    assert {run.id for run in runs} <= looked.keys()
    assert max(looked[run.id] for run in runs) <= 2


def test_a_run_that_is_only_just_being_made_is_seen_when_it_is(store):
    folder = store.runs_folder / "training-00000001"
    folder.mkdir(parents=True)
    assert store.states() == Counter(damaged=1)
    write_json(folder / "run.json", {"name": "late", "created": 5.0, "key": "k"})
    (folder / "recipe.json").write_text(RECIPE.to_json())
    write_json(folder / "state.json", {"name": "queued"})
    assert names(store.find(AT_WORK)) == ["late"]
    assert names(store.find(Search(key="k"))) == ["late"]


def test_what_is_no_run_is_passed_over(store):
    ended(store, "one")
    (store.runs_folder / "a file").touch()
    (store.runs_folder / "Not-an-id").mkdir()
    (store.runs_folder / "file-0001").touch()
    assert names(store.runs()) == ["one"]
    shutil.rmtree(store.runs_folder)
    assert store.runs() == []
    ended(store, "two")
    assert names(store.runs()) == ["two"]


# Names and owners that JSON can hold and a database cannot; numbers too large; a list in place of a name.
ODD = [
    {"name": "\ud800x", "owner": "\ud800", "key": "\udfff", "joined": ["\ud800", 5, "\ud800"], "wishes": {"\ud800": {"name": 5}}},
    {"name": ["a"], "owner": 7, "created": 10**400, "joined": "all", "wishes": []},
    {"name": "\x00", "owner": "\x00'; DROP TABLE runs; --", "created": float("inf")},
    [],
]  # fmt: skip


@pytest.mark.parametrize("about", ODD)
def test_any_json_about_a_run_can_be_indexed(store, about):
    run = ended(store, "before")
    write_json(run.path / "run.json", about)
    as_another_process(store)
    assert [found.id for found in store.runs()] == [run.id]
    (run.path / "recipe.json").write_text(json.dumps({"kind": "\ud800"}))
    as_another_process(store)
    assert store.count(Search(words="'; DROP")) == 0
    assert store.count() == 1


# Its file


def test_an_old_store_gets_an_index_on_first_use_and_the_next_process_begins_with_it(store, settle, monkeypatch):
    for number in range(5):
        ended(store, f"run {number}", ANN)
    assert not file_of(store).exists()
    settle()
    assert store.count() == 5
    assert file_of(store).stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(index, "see", lambda run: pytest.fail("no folder needs to be read again"))
    as_another_process(store)
    assert_as_the_folders(store)


def test_a_small_store_needs_no_file(store, monkeypatch):
    monkeypatch.undo()
    ended(store, "one")
    store.runs()
    assert {path.name for path in store.home.iterdir()} == {"runs"}


def test_a_file_older_than_the_folders_is_mended(store, settle):
    kept, changed, gone = (ended(store, name) for name in ("kept", "changed", "gone"))
    settle()
    store.count()
    index._indexes.clear()
    # (Not through this process's index.)
    changed.rename("renamed")
    changed.set_state("queued")
    shutil.rmtree(gone.path)
    new = ended(store, "new")
    assert {run.id for run in store.runs()} == {kept.id, changed.id, new.id}
    assert_as_the_folders(store)


def test_the_copy_of_a_store_trusts_no_stamp_of_its_original(store, settle, tmp_path):
    run = ended(store, "one")
    settle()
    store.count()
    copy = Store(tmp_path / "copy")
    shutil.copytree(store.home, copy.home)
    (copy.runs_folder / run.id / "run.json").write_text(json.dumps({"name": "other"}))
    about = run.path.stat()
    os.utime(copy.runs_folder / run.id, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert copy.count(Search(words="other")) == 1


TEARS = {
    "empty": lambda content: b"",
    "cut short": lambda content: content[: len(content) // 2],
    "a byte less": lambda content: content[:-1],
    "zeros": lambda content: bytes(len(content)),
    "a name altered": lambda content: content.replace(b"run 3", b"ran 3"),
    "another layout": lambda content: index_file.hashlib.sha256(b"x" + content[32:]).digest() + content[32:],
    "noise": lambda content: random.Random(0).randbytes(5000),
}


@pytest.mark.parametrize("tear", TEARS)
def test_a_torn_file_costs_time_and_is_written_anew(store, settle, tear):
    for number in range(5):
        ended(store, f"run {number}", ANN)
    settle()
    store.count()
    whole = file_of(store).read_bytes()
    torn = TEARS[tear](whole)
    assert torn != whole
    file_of(store).write_bytes(torn)
    as_another_process(store)
    assert_as_the_folders(store)
    assert index_file.load_table(file_of(store)).execute("SELECT count(*) FROM runs").fetchall() == [(5,)]


def test_a_lost_file_is_written_anew(store, settle):
    ended(store, "one")
    settle()
    store.count()
    file_of(store).unlink()
    as_another_process(store)
    assert_as_the_folders(store)
    assert file_of(store).is_file()


def test_a_folder_in_its_place_costs_no_answer(store, settle):
    file_of(store).mkdir(parents=True)
    ended(store, "one")
    settle()
    assert_as_the_folders(store)
    as_another_process(store)
    assert_as_the_folders(store)


def test_on_a_full_disk_every_answer_is_right(small_disk, settle):
    store = Store(small_disk)
    run, queued = ended(store, "one"), store.create(RECIPE, "queued")
    fill(small_disk)
    settle()
    assert_as_the_folders(store)
    queued.fail("The disk is full.")
    store.delete(run)
    assert_as_the_folders(store)
    as_another_process(store)
    assert_as_the_folders(store)


def test_a_question_that_ends_in_the_middle_leaves_no_half_of_the_runs(store, settle, monkeypatch):
    for number in range(5):
        ended(store, f"run {number}")
    settle()
    seen = index.see

    def interrupted(run):
        if run.name() == "run 3":
            raise KeyboardInterrupt
        return seen(run)

    with monkeypatch.context() as patch:
        patch.setattr(index, "see", interrupted)
        with pytest.raises(KeyboardInterrupt):
            store.count()
    assert_as_the_folders(store)


# Many at once


def test_questions_and_changes_at_the_same_time_end_in_the_truth(store):
    """Threads make, rename, end and delete runs, and ask; in between the file is torn and the memory lost."""
    problems, end = [], time.monotonic() + 1.5

    def work(number):
        mine, chance = [], random.Random(number)
        try:
            while time.monotonic() < end:
                match chance.randrange(6):
                    case 0 | 1:
                        mine.append(store.create(RECIPE, f"run {number}", ANN if number % 2 else ""))
                    case 2 if mine:
                        chance.choice(mine).set_state(chance.choice(("running", "finished", "failed")))
                    case 3 if mine:
                        chance.choice(mine).rename(f"renamed {chance.random()}")
                    case 4 if mine:
                        shutil.rmtree(mine.pop().path)
                    case _:
                        found = [run.id for run in store.runs()]
                        assert {run.id for run in mine} <= set(found)
                        assert len(set(found)) == len(found)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for number in range(8):
        time.sleep(0.15)
        if number % 2:
            with index._making:
                index._indexes.clear()
        elif file_of(store).exists():
            file_of(store).write_bytes(b"torn")
    for thread in threads:
        thread.join()
    assert problems == []
    assert_as_the_folders(store)


WRITER = """
import random, shutil, sys
from pathlib import Path
from support.recipes import small_training
from mnistlab.errors import StoreError
from mnistlab.store import index
from mnistlab.store.runs import Store
index.FEWEST_UNSAVED = 1
store, chance = Store(Path(sys.argv[1])), random.Random(int(sys.argv[2]))
print("ready", flush=True)
while True:
    runs = store.runs()
    run = chance.choice(runs) if len(runs) > 3 else store.create(small_training(), "new", chance.choice(("", "a" * 16)))
    try:
        match chance.randrange(5):
            case 0:
                store.create(small_training(), "another")
            case 1:
                shutil.rmtree(run.path, ignore_errors=True)
            case 2:
                run.rename(f"renamed {chance.random()}")
            case _:
                run.set_state(chance.choice(("queued", "running", "finished", "failed", "cancelled")))
    except StoreError:
        pass  # The other has deleted it.
"""


def test_whenever_other_processes_are_killed_the_index_says_what_the_folders_say(store, settle, monkeypatch):
    monkeypatch.setattr(index, "CHECK_SECONDS", 0.01)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(store.home), seed], stdin=-1, stdout=-1, env=environment)
        for seed in ("1", "2")
    ]
    for writer in writers:
        assert writer.stdout.readline() == b"ready\n"
    end = time.monotonic() + 1
    while time.monotonic() < end:
        store.states()
    for writer in writers:
        writer.kill()
        writer.communicate()
    settle()
    assert store.count() > 0
    assert_as_the_folders(store)
    assert_as_the_folders(as_another_process(store))
