"""Answers are made once, whoever asks; damage makes them anew; old ones give way."""

import os
import threading

import numpy as np
import pytest

from mnistlab.errors import CancelledError
from mnistlab.progress import Progress
from mnistlab.store import answers
from mnistlab.store.answers import Answers, answer_key
from mnistlab.store.files import write_json


def test_an_answer_is_made_once_and_read_by_another(tmp_path):
    made = []

    def make():
        made.append(1)
        return {"x": np.arange(3)}

    key = answer_key("kind", 1, "digest")
    first, second = Answers(tmp_path), Answers(tmp_path)
    assert first.read(key) is None
    for some in (first, second):
        np.testing.assert_array_equal(some.get_or_make(key, make)["x"], [0, 1, 2])
    np.testing.assert_array_equal(second.read(key)["x"], [0, 1, 2])
    assert len(made) == 1


def test_many_who_ask_at_once_make_it_once(tmp_path):
    made = []

    def make():
        made.append(1)
        return {"x": np.zeros(10)}

    threads = [threading.Thread(target=Answers(tmp_path).get_or_make, args=("key", make)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(made) == 1


def test_a_damaged_answer_is_made_anew(tmp_path):
    kept = Answers(tmp_path)
    kept.get_or_make("key", lambda: {"x": np.zeros(2)})
    (tmp_path / "answers" / "key.npz").write_bytes(b"PK cut short")
    assert kept.read("key") is None
    assert kept.get_or_make("key", lambda: {"x": np.ones(2)})["x"].tolist() == [1, 1]


def test_what_was_written_longest_ago_gives_way(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(answers, "MOST_BYTES", 20_000)
    kept = Answers(tmp_path)
    for number in range(5):
        kept.get_or_make(f"key{number}", lambda: {"x": np.zeros(1000)})
        os.utime(tmp_path / "answers" / f"key{number}.npz", (number, number))
    kept.get_or_make("last", lambda: {"x": np.zeros(1000)})
    assert kept.read("last") is not None
    assert kept.read("key0") is None
    assert kept.read("key4") is not None


def test_keys_differ_in_every_part():
    keys = {
        answer_key("a", 1, "x"),
        answer_key("b", 1, "x"),
        answer_key("a", 2, "x"),
        answer_key("a", 1, "y"),
        answer_key("a", 1, "x", "y"),
    }
    assert len(keys) == 5


def counting(steps, seen):
    """Return work of some steps that notes those it took."""
    for step in range(steps):
        seen.append(step)
        yield Progress("counting", step, steps)
    return {"x": np.arange(steps)}


def test_work_says_how_far_it_is_and_leaves_nothing_behind(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(answers, "NOTE_SECONDS", 0.0)
    kept, notes = Answers(tmp_path), []

    def work():
        for report in counting(4, []):
            yield report
            notes.append(kept.progress("key"))
        return {"x": np.arange(4)}

    assert len(kept.get_or_work("key", work())["x"]) == 4
    assert notes == [("counting", step / 4) for step in range(4)]
    assert kept.progress("key") is None
    assert sorted(path.suffix for path in (tmp_path / "answers").iterdir()) == [".lock", ".npz"]


def test_cancelled_work_ends_and_can_be_done_later(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(answers, "NOTE_SECONDS", 0.0)
    kept, seen = Answers(tmp_path), []
    kept.cancel("key")

    def work():
        for report in counting(4, seen):
            yield report
            if report.done == 1:
                kept.cancel("key")

    with pytest.raises(CancelledError):
        kept.get_or_work("key", work())
    assert seen == [0, 1, 2]
    assert kept.read("key") is None
    assert len(kept.get_or_work("key", counting(3, []))["x"]) == 3


def test_keys_are_those_of_earlier_versions():
    """What they kept is found again."""
    assert answer_key("survey", 1, "digest") == "8566621afc1f18a47a3f54c99b6957c428b98477"


@pytest.mark.parametrize(("share", "told"), [(-0.5, 0), (0, 0), (0.25, 0.25), (1, 1), (1.05, 1), (7, 1)])
def test_no_more_than_all_is_done(tmp_path, share, told):
    kept = Answers(tmp_path)
    kept.get_or_make("other", lambda: {"x": np.zeros(1)})
    write_json(tmp_path / "answers" / "key.progress", {"stage": "counting", "share": share})
    assert kept.progress("key") == ("counting", told)


def test_what_just_fits_stays(tmp_path, monkeypatch: pytest.MonkeyPatch):
    kept, folder = Answers(tmp_path), tmp_path / "answers"
    kept.get_or_make("first", lambda: {"x": np.zeros(1000)})
    monkeypatch.setattr(answers, "MOST_BYTES", 2 * (folder / "first.npz").stat().st_size)
    kept.get_or_make("second", lambda: {"x": np.zeros(1000)})
    os.utime(folder / "first.npz", (1, 1))
    kept.get_or_make("second again", lambda: {"x": np.zeros(1000)})
    assert sorted(path.stem for path in folder.glob("*.npz")) == ["second", "second again"]
