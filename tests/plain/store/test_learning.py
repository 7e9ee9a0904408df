"""What is kept of a way through the lessons: kept whole, forgotten when asked, and of a damaged file what can be read."""

import os
import time

import pytest
from support.sentences import refused

from mnistlab.errors import StoreError
from mnistlab.store import learning
from mnistlab.store.learning import Learning, Learnt
from mnistlab.store.visitors import visitor_id

ANN, BOB = (visitor_id("browser", name) for name in ("ann", "bob"))


def test_answers_are_there_again_in_another_process(tmp_path):
    Learning(tmp_path).keep(ANN, "numbers", 0, 7)
    Learning(tmp_path).keep(ANN, "numbers", 2, "yes")
    Learning(tmp_path).keep(ANN, "training", 0, [10.0, 20.0])
    Learning(tmp_path).judge(ANN, "numbers", 2, True)
    way = Learning(tmp_path).of(ANN)
    assert way == {"numbers": Learnt({0: 7, 2: "yes"}, {2: True}), "training": Learnt({0: [10.0, 20.0]})}
    assert Learning(tmp_path).of(BOB) == {}


def test_an_answer_in_place_of_another_is_judged_anew(tmp_path):
    way = Learning(tmp_path)
    way.keep(ANN, "numbers", 0, 7)
    way.judge(ANN, "numbers", 0, False)
    way.keep(ANN, "numbers", 0, 8)
    assert way.of(ANN)["numbers"] == Learnt({0: 8})
    way.keep(ANN, "numbers", 0, None)
    way.judge(ANN, "numbers", 0, True)
    assert way.of(ANN)["numbers"] == Learnt()


def test_another_case_forgets_the_answer_to_the_one_before(tmp_path):
    way = Learning(tmp_path)
    way.keep(ANN, "numbers", 4, 1.5)
    way.judge(ANN, "numbers", 4, True)
    way.throw_again(ANN, "numbers", 4)
    assert way.of(ANN)["numbers"] == Learnt(throw=1)


def test_who_begins_again_gets_no_case_that_they_have_answered(tmp_path):
    way = Learning(tmp_path)
    way.keep(ANN, "numbers", 0, 7)
    way.keep(ANN, "maps", 4, 8)
    way.judge(ANN, "maps", 4, True)
    for lesson in ("numbers", "maps"):
        way.begin_again(ANN, lesson, 4)
    assert way.of(ANN) == {"maps": Learnt(throw=1)}
    way.begin_again(ANN, "maps", 4)
    assert way.of(ANN)["maps"] == Learnt(throw=1), "the check had no answer"


def test_one_lesson_or_all_are_forgotten(tmp_path):
    way = Learning(tmp_path)
    for lesson in ("numbers", "maps"):
        way.keep(ANN, lesson, 0, 1)
    way.keep(BOB, "maps", 0, 2)
    way.forget(ANN, "maps")
    assert set(way.of(ANN)) == {"numbers"}
    way.forget(ANN)
    way.forget(ANN)
    assert (way.of(ANN), set(way.of(BOB))) == ({}, {"maps"})
    assert len(list((tmp_path / "learning").iterdir())) == 1, "nothing of her is left"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"numbers": 3}',
        '{"numbers": {"answers": [1], "right": 2, "throw": "x"}}',
        '{"n": {"answers": {"x": 1, "99": 2, "-1": 3}}}',
    ],
)
def test_a_damaged_file_costs_only_itself(tmp_path, content):
    way = Learning(tmp_path)
    way.keep(ANN, "numbers", 0, 7)
    (path,) = (tmp_path / "learning").iterdir()
    path.write_text(content)
    assert all(not one.answers for one in way.of(ANN).values())
    way.keep(ANN, "maps", 1, 8)
    assert way.of(ANN)["maps"] == Learnt({1: 8})


def test_no_name_leads_out_of_the_folder(tmp_path):
    for name in ("../../evil", "", "x", "/etc/passwd"):
        Learning(tmp_path).keep(name, "numbers", 0, 1)
    assert [path.name for path in (tmp_path / "learning").iterdir()] == ["you.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["learning"]


def test_too_long_an_answer_and_too_many_lessons_are_refused(tmp_path):
    way = Learning(tmp_path)
    with refused(StoreError, "too long"):
        way.keep(ANN, "numbers", 0, "x" * 500)
    with refused(StoreError, "too long"):
        way.keep(ANN, "numbers", 99, 1)
    for number in range(learning.MOST_LESSONS):
        way.keep(ANN, f"lab.{number}", 0, 1)
    with refused(StoreError, "too many lessons"):
        way.keep(ANN, "numbers", 0, 1)


def test_who_has_not_come_for_longest_makes_room_and_nobody_else_does(tmp_path, monkeypatch):
    monkeypatch.setattr(learning, "MOST_LEARNERS", 2)
    way = Learning(tmp_path)
    third = visitor_id("browser", "third")
    for seconds, visitor in ((20, BOB), (10, ANN)):
        way.keep(visitor, "numbers", 0, 1)
        then = time.time() - seconds
        os.utime(tmp_path / "learning" / f"{visitor}.json", (then, then))
    way.keep(BOB, "numbers", 1, 1)
    assert set(way.of(ANN)) == {"numbers"}, "who has a place already takes nobody's"
    way.keep(third, "numbers", 0, 1)
    assert (way.of(ANN), set(way.of(BOB)), set(way.of(third))) == ({}, {"numbers"}, {"numbers"})
