"""A file is whole or not there, whatever goes wrong while it is written."""

import errno
import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sentences import assert_sentence, refused

from mnistlab.errors import StoreError
from mnistlab.store.files import (
    LONGEST_JSON,
    cannot_write,
    is_held,
    lock_file,
    make_folder,
    read_arrays,
    read_json,
    write_arrays,
    write_bytes,
    write_json,
)


def fail_in(monkeypatch, function, number):
    def failing(*arguments, **options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, function, failing)


@pytest.mark.parametrize("function", ["fsync", "replace", "open"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, function, number):
    path = tmp_path / "state.json"
    write_bytes(path, b"old")
    fail_in(monkeypatch, function, number)
    with refused(StoreError, "state.json"):
        write_bytes(path, b"new")
    monkeypatch.undo()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_called_so(tmp_path, monkeypatch):
    fail_in(monkeypatch, "fsync", errno.ENOSPC)
    with refused(StoreError, "The disk is full"):
        write_json(tmp_path / "state.json", {})


def test_whoever_reads_sees_old_or_new(tmp_path, monkeypatch):
    path = tmp_path / "state.json"
    write_json(path, "old")
    seen = []
    replace = os.replace

    def look_before(*arguments):
        seen.append(read_json(path))
        replace(*arguments)

    monkeypatch.setattr(os, "replace", look_before)
    write_json(path, "new")
    assert [*seen, read_json(path)] == ["old", "new"]


def test_a_folder_that_is_gone_is_told(tmp_path):
    with refused(StoreError, "state.json"):
        write_json(tmp_path / "gone" / "state.json", {})


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with refused(StoreError, "folder"):
        make_folder(tmp_path / "file" / "folder")


@pytest.mark.parametrize("content", [b"", b"{", b'{"name": "qu', b"\xff", b"[" * 50_000, b" " * (LONGEST_JSON + 1)])
def test_damaged_json_is_told(tmp_path, content):
    path = tmp_path / "state.json"
    path.write_bytes(content)
    with refused(StoreError, "state.json is damaged"):
        read_json(path)


@pytest.mark.parametrize("read", [read_json, read_arrays])
def test_a_missing_file_is_told(tmp_path, read):
    with refused(StoreError, "checkpoint is missing"):
        read(tmp_path / "checkpoint")


@pytest.mark.parametrize("read", [read_json, read_arrays])
def test_a_folder_in_a_files_place_is_told(tmp_path, read):
    with refused(StoreError, "is damaged"):
        read(tmp_path)


def test_arrays_come_back_bit_by_bit(tmp_path):
    arrays = {"a/b": np.array([np.pi, np.nan, -0.0]), "count": np.array(3), "empty": np.empty((0, 2), np.float16)}
    write_arrays(tmp_path / "result.npz", arrays)
    again = read_arrays(tmp_path / "result.npz")
    assert again.keys() == arrays.keys()
    for name, array in arrays.items():
        assert (again[name].dtype, again[name].shape, again[name].tobytes()) == (
            array.dtype,
            array.shape,
            array.tobytes(),
        )


def test_objects_are_neither_written_nor_read(tmp_path):
    path = tmp_path / "result.npz"
    with pytest.raises(ValueError, match="allow_pickle"):
        write_arrays(path, {"object": np.array([object()])})
    assert not path.exists()
    np.savez(path, object=np.array([{}], dtype=object))
    with refused(StoreError, "result.npz is damaged"):
        read_arrays(path)


@given(data=st.data())
def test_damaged_arrays_are_read_as_they_were_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "damaged.npz"
    whole = {"weights": np.arange(6, dtype=np.float32), "done": np.array(7)}
    write_arrays(path, whole)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content[: data.draw(st.just(len(content)) | st.integers(0, len(content)))])
    try:
        arrays = read_arrays(path)
    except StoreError as error:
        assert_sentence(error)
    else:
        # Only what no sum covers can have changed: names in the archive's directory.
        assert all(array.tobytes() in {value.tobytes() for value in whole.values()} for array in arrays.values())


def test_a_failure_without_words_of_the_system_has_its_name(tmp_path):
    with_words = OSError(errno.EIO, os.strerror(errno.EIO))
    for error, words in ((with_words, f"({os.strerror(errno.EIO)})"), (TimeoutError(), "(TimeoutError)")):
        told = cannot_write(tmp_path / "state.json", error)
        assert_sentence(told)
        assert words in str(told)


def test_a_lock_is_held_by_who_holds_it(tmp_path):
    lock = lock_file(tmp_path / "lock")
    assert not is_held(lock_file(tmp_path / "lock"))
    with lock:
        assert is_held(lock_file(tmp_path / "lock"))
    assert not is_held(lock_file(tmp_path / "lock"))
    # Where there is no room for a lock, nobody holds one.
    (tmp_path / "file").touch()
    assert not is_held(lock_file(tmp_path / "file" / "lock"))
