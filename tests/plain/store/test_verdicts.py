"""Verdicts on labels: each visitor's own, and still there after a restart."""

import json

import pytest
from support.sentences import refused

from mnistlab.errors import StoreError
from mnistlab.store import verdicts as module
from mnistlab.store.verdicts import Verdicts

ADA, BOB = "0123456789abcdef", "fedcba9876543210"


def test_a_verdict_is_kept_replaced_and_taken_back(tmp_path):
    Verdicts(tmp_path).keep(ADA, "mnist", 59915, "wrong")
    Verdicts(tmp_path).keep(ADA, "mnist", 3, "unclear")
    Verdicts(tmp_path).keep(ADA, "embedded", 3, "right")
    assert Verdicts(tmp_path).of(ADA, "mnist") == {59915: "wrong", 3: "unclear"}
    Verdicts(tmp_path).keep(ADA, "mnist", 3, "right")
    Verdicts(tmp_path).keep(ADA, "mnist", 59915, None)
    assert Verdicts(tmp_path).of(ADA, "mnist") == {3: "right"}
    assert Verdicts(tmp_path).of(ADA, "embedded") == {3: "right"}


def test_nobody_sees_the_verdicts_of_another(tmp_path):
    verdicts = Verdicts(tmp_path)
    verdicts.keep(ADA, "mnist", 3, "wrong")
    verdicts.keep("", "mnist", 4, "wrong")
    assert verdicts.of(BOB, "mnist") == {}
    assert verdicts.of("", "mnist") == {4: "wrong"}
    # A name that is no id becomes no path.
    assert verdicts.of(f"../verdicts/{ADA}", "mnist") == {4: "wrong"}


def test_of_a_damaged_file_what_can_be_read_is_there(tmp_path):
    Verdicts(tmp_path).keep(ADA, "mnist", 3, "wrong")
    (path,) = (tmp_path / "verdicts").iterdir()
    path.write_text(
        json.dumps(
            {
                "mnist": {"4": "wrong", "x": "wrong", "5": "perhaps", "70000": "right", "6": ["wrong"]},
                "../x": {"3": "wrong"},
                "embedded": 3,
            }
        )
    )
    assert Verdicts(tmp_path).of(ADA, "mnist") == {4: "wrong"}
    assert Verdicts(tmp_path).of(ADA, "../x") == {}
    path.write_text("{")
    assert Verdicts(tmp_path).of(ADA, "mnist") == {}


def test_there_is_room_for_so_many(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "MOST_VERDICTS", 2)
    monkeypatch.setattr(module, "MOST_FILES", 2)
    verdicts = Verdicts(tmp_path)
    for number in (1, 2):
        verdicts.keep(ADA, "mnist", number, "wrong")
    verdicts.keep(ADA, "mnist", 2, "right")
    with refused(StoreError, "You have judged 2 digits"):
        verdicts.keep(ADA, "mnist", 3, "wrong")
    assert verdicts.of(ADA, "mnist") == {1: "wrong", 2: "right"}
    for visitor in (BOB, "00000000000000aa"):
        verdicts.keep(visitor, "mnist", 1, "wrong")
    assert len(list((tmp_path / "verdicts").iterdir())) == 2
