"""What is kept is its owner's: folders and files are made so, whatever the user's mask, and an older home is made so."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.recipes import small_training
from support.sentences import refused

from mnistlab.errors import StoreError
from mnistlab.progress import Result, Snapshot
from mnistlab.store.answers import Answers
from mnistlab.store.durations import Duration, Durations
from mnistlab.store.files import append_bytes, keep_private, lock_file, make_folder
from mnistlab.store.runs import Store
from mnistlab.store.visitors import Nicknames

pytestmark = pytest.mark.skipif(os.name != "posix", reason="other systems have no such modes")


@pytest.fixture(autouse=True)
def open_mask() -> Iterator[None]:
    """A mask that would let everybody do everything."""
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_all_that_is_kept_is_for_its_owner_only(home):
    store = Store(home)
    with store.admission_lock():
        run = store.create(small_training(), "mine")
    store.engine_lock("app-1234").acquire(timeout=0)
    with run.lock().acquire(timeout=0):
        run.beat()
        run.set_preparing(True)
        run.append_event({"time": 0, "done": 0, "total": 1})
        run.write_snapshot(Snapshot(0, {}))
        run.write_checkpoint({})
        run.request("pause")
        run.ask_to_make_way()
        run.write_result(Result({}, {}), None)
    Answers(home).get_or_make("key", dict)
    Durations(home).record(Duration("training", 1.0, 1.0))
    Nicknames(home).choose("0" * 16, "Ada")
    found = [home, *home.rglob("*")]
    assert len(found) > 20
    assert {path: oct(mode(path)) for path in found if mode(path) != (0o700 if path.is_dir() else 0o600)} == {}


def test_folders_above_are_made_the_same_way(tmp_path):
    make_folder(tmp_path / "a" / "b" / "c")
    assert [mode(tmp_path / part) for part in ("a", "a/b", "a/b/c")] == [0o700] * 3


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path):
    (tmp_path / "open").mkdir()
    make_folder(tmp_path / "open")
    assert mode(tmp_path / "open") == 0o777


def test_what_cannot_be_a_folder_is_told(tmp_path):
    append_bytes(tmp_path / "file", b"")
    with refused(StoreError, "could not be written"):
        make_folder(tmp_path / "file" / "folder")
    with refused(StoreError, "could not be written"):
        append_bytes(tmp_path / "nowhere" / "file", b"")


def test_bytes_are_appended_and_a_lock_is_the_owners(tmp_path):
    for part in (b"one\n", b"two\n"):
        append_bytes(tmp_path / "file", part)
    assert (tmp_path / "file").read_bytes() == b"one\ntwo\n"
    with lock_file(tmp_path / "lock").acquire(timeout=0):
        assert mode(tmp_path / "lock") == mode(tmp_path / "file") == 0o600


@pytest.mark.parametrize("given", [0o755, 0o777, 0o2770, 0o701])
def test_an_older_home_is_closed_and_its_runs_still_open(tmp_path, given):
    store = Store(tmp_path / "home")
    run = store.create(small_training(), "old")
    store.home.chmod(given)
    assert store.keep_private()
    assert mode(store.home) == given & ~0o077
    assert store.get(run.id).name() == "old"
    assert store.keep_private()


def test_a_new_home_is_made(tmp_path):
    assert Store(tmp_path / "new" / "home").keep_private()
    assert mode(tmp_path / "new" / "home") == 0o700


def test_a_place_for_everybody_stays_one(tmp_path, monkeypatch):
    """Closing a temporary folder, or the user's whole home, would hurt others."""
    (tmp_path / "temporary").mkdir()
    (tmp_path / "temporary").chmod(0o1777)
    assert not keep_private(tmp_path / "temporary")
    assert mode(tmp_path / "temporary") == 0o1777
    user = tmp_path / "users" / "ada"
    user.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(user))
    for folder in (user, user.parent):
        folder.chmod(0o755)
        assert not keep_private(folder)
        assert mode(folder) == 0o755


def test_somebody_elses_folder_stays_theirs(tmp_path, monkeypatch):
    (tmp_path / "theirs").mkdir(mode=0o755)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    assert not keep_private(tmp_path / "theirs")
    assert mode(tmp_path / "theirs") == 0o755
    assert not keep_private(tmp_path / "nowhere")


def test_the_users_home_is_private_where_it_is_so_already(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    tmp_path.chmod(0o700)
    assert keep_private(tmp_path)
    tmp_path.chmod(0o750)
    assert not keep_private(tmp_path)
    assert mode(tmp_path) == 0o750
