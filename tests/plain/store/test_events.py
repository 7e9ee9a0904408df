"""Events are read as far as they are whole, each once, also from a file that grows, is damaged or is written anew."""

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.sentences import refused

from mnistlab.errors import StoreError
from mnistlab.store.events import EventLog, append_event, keep_events


def event(done, **values):
    return {"time": 1.5, "stage": "training", "done": done, "total": 9, **values}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.jsonl"


def append(path, *events):
    for each in events:
        append_event(path, each)


def append_bytes(path, content):
    with path.open("ab") as file:
        file.write(content)


def test_what_is_appended_is_read(path):
    append(path, event(1, loss=0.5), event(2, stage="päuse"))
    assert EventLog(path).read() == [event(1, loss=0.5), event(2, stage="päuse")]


def test_a_growing_file_is_read_on(path):
    log = EventLog(path)
    assert log.read() == []
    for done in range(4):
        append(path, event(done))
        assert log.read() == [event(number) for number in range(done + 1)]
    assert log.read() == log.read()


def test_a_list_once_returned_does_not_grow(path):
    append(path, event(1))
    log = EventLog(path)
    before = log.read()
    append(path, event(2))
    log.read()
    assert before == [event(1)]


def test_a_half_written_line_is_left_for_later(path):
    append(path, event(1))
    whole = path.read_bytes()
    append_bytes(path, whole[:20])
    log = EventLog(path)
    assert log.read() == [event(1)]
    append_bytes(path, whole[20:])
    assert log.read() == [event(1), event(1)]


@given(st.integers(0, 200))
def test_wherever_a_reader_looks_in_it_loses_nothing(tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("cut")
    append(folder / "whole", *(event(done) for done in range(5)))
    content = (folder / "whole").read_bytes()
    log = EventLog(folder / "part")
    append_bytes(folder / "part", content[:cut])
    assert log.read() == [event(done) for done in range(content[:cut].count(b"\n"))]
    append_bytes(folder / "part", content[cut:])
    assert log.read() == [event(done) for done in range(5)]


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{", b"null", b"[1, 2]", b"\xff\x00", b"{}", b'{"time": 1, "total": 9}', b"[" * 20_000,
        b'{"time": 1, "done": null, "total": 9}', b'{"time": 1, "done": "3", "total": 9}', b'{"time": 1, "done": NaN, "total": 9}',
        b'{"time": 1, "done": 1e999, "total": 9}', b'{"time": 1, "done": ' + b"9" * 400 + b', "total": 9}', b"\x00" * 4096,
    ],
)  # fmt: skip
def test_a_damaged_line_is_passed_over(path, line):
    append(path, event(1))
    append_bytes(path, line + b"\n")
    append(path, event(2))
    assert EventLog(path).read() == [event(1), event(2)]


def test_a_line_cut_by_a_crash_costs_itself_and_the_next(path):
    append(path, event(1))
    append_bytes(path, b'{"time": 1.5, "sta')
    append(path, event(2), event(3))
    assert EventLog(path).read() == [event(1), event(3)]


def test_keeping_drops_the_others_and_what_is_damaged(path):
    append(path, event(1), event(2), event(3))
    append_bytes(path, b"damaged\nhalf")
    keep_events(path, lambda each: each["done"] != 2)
    append(path, event(4))
    assert EventLog(path).read() == [event(1), event(3), event(4)]


def test_keeping_of_nothing_gives_nothing(path):
    keep_events(path, lambda each: True)
    assert EventLog(path).read() == []


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_file_written_anew_is_read_anew(path, kept):
    log = EventLog(path)
    append(path, *(event(done, try_number=1) for done in range(3)))
    log.read()
    keep_events(path, lambda each: each["done"] < kept)
    append(path, *(event(done, try_number=2) for done in range(kept, 5)))
    assert log.read() == [event(done, try_number=1 if done < kept else 2) for done in range(5)]


def test_a_file_written_anew_in_its_own_place_is_read_anew(path):
    """The system gives a file's number to the next file: it cannot tell the two apart."""
    log = EventLog(path)
    append(path, event(1), event(2))
    log.read()
    path.write_bytes(b"")
    append(path, event(3), event(4), event(5))
    assert log.read() == [event(3), event(4), event(5)]


def test_a_deleted_file_leaves_what_was_read(path):
    log = EventLog(path)
    append(path, event(1))
    log.read()
    path.unlink()
    assert log.read() == [event(1)]


def test_a_full_disk_is_told(path, monkeypatch):
    def full(*arguments, **options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.open", full)
    with refused(StoreError, "The disk is full", "events.jsonl"):
        append_event(path, event(1))


@pytest.mark.parametrize(
    ("time", "is_one"), [(1e12, True), (-1e12, True), (1.05e12, False), (-1.05e12, False), (float("nan"), False)]
)
def test_a_number_out_of_all_bounds_is_damage(path, time, is_one):
    append(path, event(1) | {"time": time}, event(2))
    assert [each["done"] for each in EventLog(path).read()] == ([1, 2] if is_one else [2])
