"""Workers put aside what they need in a folder of their own; what a killed app left is removed, and nothing else."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnistlab.engine.scratch import LEAST_AGE, PREFIX, Scratch
from mnistlab.store.files import lock_file


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary folder of the system that holds nothing else."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def age(path: Path) -> None:
    """Let a folder seem to have been made long ago."""
    then = path.stat().st_mtime - 2 * LEAST_AGE
    os.utime(path, (then, then))


def left_behind(folder: Path, name: str = "left") -> Path:
    """Return what a killed app leaves."""
    path = folder / f"{PREFIX}{name}"
    (path / "dask-scratch-space" / "worker").mkdir(parents=True)
    (path / ".lock").touch()
    age(path)
    return path


def test_it_is_a_new_private_folder_each_time_and_goes(temporary):
    first, second = Scratch(), Scratch()
    assert first.path != second.path
    assert first.path.parent == second.path.parent == temporary
    (first.path / "something").write_text("large")
    if os.name == "posix":
        assert first.path.stat().st_mode & 0o077 == 0
    first.remove()
    second.remove()
    assert list(temporary.iterdir()) == []


def test_a_place_that_somebody_took_in_advance_keeps_nobody_from_working(temporary):
    (temporary / "mnistlab-workers").write_text("mine")
    (temporary / PREFIX).symlink_to(temporary / "elsewhere")
    made = Scratch()
    assert list(made.path.iterdir()) == [made.path / ".lock"]
    made.remove()


def test_what_a_killed_app_left_is_removed(temporary):
    left = left_behind(temporary)
    made = Scratch()
    assert not left.exists()
    made.remove()


def test_what_another_app_works_in_stays_however_old_it_is(temporary):
    other = Scratch()
    age(other.path)
    made = Scratch()
    assert other.path.is_dir()
    made.remove()
    other.remove()


def test_what_is_being_made_just_now_stays(temporary):
    """Its maker has not locked it yet."""
    (temporary / f"{PREFIX}new").mkdir()
    made = Scratch()
    assert (temporary / f"{PREFIX}new").is_dir()
    made.remove()


def test_what_a_link_leads_to_stays(temporary, tmp_path):
    theirs = left_behind(tmp_path, "elsewhere")
    (temporary / f"{PREFIX}link").symlink_to(theirs)
    made = Scratch()
    assert (theirs / "dask-scratch-space").is_dir()
    made.remove()


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="this system has no such accounts")
def test_another_accounts_folder_stays(temporary, monkeypatch):
    theirs = left_behind(temporary)
    monkeypatch.setattr(os, "getuid", lambda: theirs.stat().st_uid + 1)
    made = Scratch()
    assert theirs.is_dir()
    made.remove()


def test_the_lock_is_held_until_it_is_removed(temporary):
    made = Scratch()
    assert not _is_free(made.path / ".lock")
    made.remove()


def _is_free(path: Path) -> bool:
    lock = lock_file(path)
    try:
        with lock.acquire(timeout=0):
            return True
    except TimeoutError:
        return False
