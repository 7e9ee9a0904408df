"""Drawings with names are kept with their visitor, given on only by consent, and become sets to train on and to test with."""

import io
import json

import numpy as np
import pytest
from support.sentences import refused

from mnistlab.data.embedded import sample_digits
from mnistlab.data.sources import digits
from mnistlab.errors import DataError, StoreError
from mnistlab.recipes.data_sets import data_set
from mnistlab.set_files import drawings as module
from mnistlab.set_files.drawings import LONGEST_LABEL, Drawing, Drawings
from mnistlab.set_files.from_drawings import BESIDE, drawings_file, set_of_drawings
from mnistlab.store.sets import about_set, sets

ANN, BOB = "a" * 16, "b" * 16
TEN = sample_digits(np.arange(20) % 10, 7)


def kept(home, visitor=ANN, count=20, label=str):
    for number in range(count):
        Drawings(home).keep(visitor, label(number % 10), TEN[number])
    return Drawings(home)


def test_drawings_are_kept_in_their_order(home):
    own = kept(home, count=3).of(ANN)
    assert [one.label for one in own.drawings] == ["0", "1", "2"]
    assert np.array_equal(own.drawings[2].image, TEN[2])
    assert Drawings(home).of(BOB).drawings == ()
    Drawings(home).take_out(ANN, 1, "1")
    assert [one.label for one in Drawings(home).of(ANN).drawings] == ["0", "2"]
    with refused(StoreError, "not there any more"):
        Drawings(home).take_out(ANN, 1, "1")
    Drawings(home).forget(ANN)
    assert not any((home / "drawings").iterdir())


def test_words_are_cleaned_and_none_is_refused(home):
    known = Drawings(home)
    for nothing in ("", "  ", "\n\u200b" * 3):
        with refused(StoreError, "Say what the drawing is"):
            known.keep(ANN, nothing, TEN[0])
    known.keep(ANN, " <b>a\nhouse</b> " + "x" * 500, TEN[0])
    (only,) = known.of(ANN).drawings
    assert only.label.startswith("<b>a house</b> xxx")
    assert len(only.label) <= LONGEST_LABEL


def test_only_what_is_shared_is_seen_by_others(home):
    known = kept(home, BOB, 2)
    assert known.of_others(ANN) == []
    known.share(BOB, True)
    (given,) = known.of_others(ANN)
    assert len(given.drawings) == 2
    assert known.of_others(BOB) == []
    known.keep(BOB, "7", TEN[7])
    assert len(known.of_others(ANN)[0].drawings) == 3
    known.share(BOB, False)
    assert known.of_others(ANN) == []
    assert len(known.of(BOB).drawings) == 3


def test_there_is_an_end_of_room(home, monkeypatch):
    monkeypatch.setattr(module, "MOST_DRAWINGS", 3)
    monkeypatch.setattr(module, "MOST_COLLECTIONS", 1)
    kept(home, count=3)
    with refused(StoreError, "3 drawings already"):
        Drawings(home).keep(ANN, "4", TEN[4])
    with refused(StoreError, "no room for another"):
        Drawings(home).keep(BOB, "4", TEN[4])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"drawings": 7, "shared": 1}',
        b'{"drawings": [7, {}, {"label": 7}, {"label": "a", "pixels": "!"}, {"label": "\\n", "pixels": ""}]}',
        b"[" * 100_000,
        b"x" * 2_000_000,
    ],
)
def test_a_damaged_file_is_an_empty_one(home, content):
    known = kept(home, count=1)
    (path,) = (home / "drawings").iterdir()
    path.write_bytes(content)
    assert known.of(ANN).drawings == ()
    assert known.of_others(BOB) == []
    known.keep(ANN, "4", TEN[4])
    assert [one.label for one in known.of(ANN).drawings] == ["4"]


@pytest.mark.parametrize("visitor", ["", "../../etc/passwd", "A" * 16])
def test_no_other_text_becomes_a_path(home, visitor):
    kept(home, visitor, 1)
    assert [path.name for path in (home / "drawings").iterdir()] == ["you.json"]


def test_they_are_a_file_to_take_along(home):
    with np.load(io.BytesIO(drawings_file(kept(home).of(ANN).drawings)), allow_pickle=False) as file:
        assert file["x"].shape == (20, 28, 28)
        assert file["y"].tolist() == [str(number % 10) for number in range(20)]


def test_a_set_to_train_on_has_the_names_that_were_given(home):
    drawings = kept(home, label=lambda number: "house" if number % 2 else "tree").of(ANN).drawings
    brought = set_of_drawings(drawings, "train", "embedded", "Ours", ANN)
    assert brought.set.classes == ("house", "tree")
    assert (data_set(brought.data).train, data_set(brought.data).test) == (17, 3)
    assert about_set(brought.data, ANN) == ("Ours", ANN)
    both = np.concatenate([digits(brought.data, split).images for split in ("train", "test")])
    assert {image.tobytes() for image in both} == {image.tobytes() for image in TEN}


def test_a_set_to_test_with_stands_beside_digits_to_train_on(home):
    drawings = kept(home).of(ANN).drawings
    brought = set_of_drawings(drawings, "test", "embedded", "Ours", ANN)
    assert brought.set.classes == tuple("0123456789")
    assert np.array_equal(digits(brought.data, "test").images, TEN)
    assert digits(brought.data, "test").labels.tolist() == [number % 10 for number in range(20)]
    assert len(digits(brought.data, "train").images) == BESIDE


def test_what_is_no_set_is_said(home):
    with refused(DataError, "There is no drawing yet"):
        set_of_drawings([], "train", "embedded", "", ANN)
    with refused(DataError, "only 3 digits"):
        set_of_drawings(kept(home, count=3).of(ANN).drawings, "train", "embedded", "", ANN)
    with refused(DataError, "one is called “house”"):
        set_of_drawings([Drawing("house", TEN[0])], "test", "embedded", "", ANN)
    assert sets() == []


def test_nothing_in_it_names_the_visitor(home):
    kept(home, BOB, 1).share(BOB, True)
    (path,) = (home / "drawings").iterdir()
    assert set(json.loads(path.read_bytes())["drawings"][0]) == {"label", "pixels"}
