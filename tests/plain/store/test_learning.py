"""What is kept of a way through the lessons: kept whole, forgotten when asked, and of a damaged file what can be read."""

import json
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
    Learning(tmp_path).keep(ANN, "numbers", "pixel", 7)
    Learning(tmp_path).keep(ANN, "numbers", "third", "yes")
    Learning(tmp_path).keep(ANN, "training", "pixel", [10.0, 20.0])
    Learning(tmp_path).judge(ANN, "numbers", "third", "yes", True)
    way = Learning(tmp_path).of(ANN)
    assert way == {
        "numbers": Learnt({"pixel": 7, "third": "yes"}, {"third": True}),
        "training": Learnt({"pixel": [10.0, 20.0]}),
    }
    assert Learning(tmp_path).of(BOB) == {}


def test_an_answer_in_place_of_another_is_judged_anew(tmp_path):
    way = Learning(tmp_path)
    way.keep(ANN, "numbers", "pixel", 7)
    way.judge(ANN, "numbers", "pixel", 7, False)
    way.keep(ANN, "numbers", "pixel", 8)
    assert way.of(ANN)["numbers"] == Learnt({"pixel": 8})
    way.keep(ANN, "numbers", "pixel", None)
    way.judge(ANN, "numbers", "pixel", 8, True)
    assert way.of(ANN)["numbers"] == Learnt()


def test_another_case_forgets_the_answer_to_the_one_before(tmp_path):
    way = Learning(tmp_path)
    way.keep(ANN, "numbers", "check", 1.5)
    way.judge(ANN, "numbers", "check", 1.5, True)
    way.throw_again(ANN, "numbers", "check")
    assert way.of(ANN)["numbers"] == Learnt(throw=1)


def test_who_begins_again_gets_no_case_that_they_have_answered(tmp_path):
    way = Learning(tmp_path)
    way.keep(ANN, "numbers", "pixel", 7)
    way.keep(ANN, "maps", "check", 8)
    way.judge(ANN, "maps", "check", 8, True)
    for lesson in ("numbers", "maps"):
        way.begin_again(ANN, lesson, "check")
    assert way.of(ANN) == {"maps": Learnt(throw=1)}
    way.begin_again(ANN, "maps", "check")
    assert way.of(ANN)["maps"] == Learnt(throw=1), "the check had no answer"


def test_one_lesson_or_all_are_forgotten(tmp_path):
    way = Learning(tmp_path)
    for lesson in ("numbers", "maps"):
        way.keep(ANN, lesson, "pixel", 1)
    way.keep(BOB, "maps", "pixel", 2)
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
        '{"n": {"answers": {"X": 1, "99": 2, "-1": 3}}}',
    ],
)
def test_a_damaged_file_costs_only_itself(tmp_path, content):
    way = Learning(tmp_path)
    way.keep(ANN, "numbers", "pixel", 7)
    (path,) = (tmp_path / "learning").iterdir()
    path.write_text(content)
    assert all(not one.answers for one in way.of(ANN).values())
    way.keep(ANN, "maps", "second", 8)
    assert way.of(ANN)["maps"] == Learnt({"second": 8})


def test_no_name_leads_out_of_the_folder(tmp_path):
    for name in ("../../evil", "", "x", "/etc/passwd"):
        Learning(tmp_path).keep(name, "numbers", "pixel", 1)
    assert [path.name for path in (tmp_path / "learning").iterdir()] == ["you.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["learning"]


def test_too_long_an_answer_and_too_many_lessons_are_refused(tmp_path):
    way = Learning(tmp_path)
    with refused(StoreError, "too long"):
        way.keep(ANN, "numbers", "pixel", "x" * 500)
    with refused(StoreError, "too long"):
        way.keep(ANN, "numbers", "No step", 1)
    for number in range(learning.MOST_LESSONS):
        way.keep(ANN, f"lab.{number}", "pixel", 1)
    with refused(StoreError, "too many lessons"):
        way.keep(ANN, "numbers", "pixel", 1)


def test_who_has_not_come_for_longest_makes_room_and_nobody_else_does(tmp_path, monkeypatch):
    monkeypatch.setattr(learning, "MOST_LEARNERS", 2)
    way = Learning(tmp_path)
    third = visitor_id("browser", "third")
    for seconds, visitor in ((20, BOB), (10, ANN)):
        way.keep(visitor, "numbers", "pixel", 1)
        then = time.time() - seconds
        os.utime(tmp_path / "learning" / f"{visitor}.json", (then, then))
    way.keep(BOB, "numbers", "second", 1)
    assert set(way.of(ANN)) == {"numbers"}, "who has a place already takes nobody's"
    way.keep(third, "numbers", "pixel", 1)
    assert (way.of(ANN), set(way.of(BOB)), set(way.of(third))) == ({}, {"numbers"}, {"numbers"})


IDS = {"numbers": ("pixel", "new", "light", "check")}


def test_answers_of_older_files_are_those_of_the_steps_that_have_their_numbers(tmp_path):
    """Before steps had ids, they were kept by number."""
    way = Learning(tmp_path, lambda lesson: IDS.get(lesson, ()))
    folder = tmp_path / "learning"
    folder.mkdir()
    old = {"answers": {"0": 7, "3": 1.5, "9": 2}, "right": {"3": True}, "throw": 2}
    (folder / f"{ANN}.json").write_text(json.dumps({"numbers": old, "lab.gone": {"answers": {"0": 1}}}))
    lacking = Learnt({"0": 1})
    assert way.of(ANN) == {"numbers": Learnt({"pixel": 7, "check": 1.5}, {"check": True}, 2), "lab.gone": lacking}
    way.keep(ANN, "numbers", "pixel", None)
    assert way.of(ANN)["numbers"].answers == {"check": 1.5}, "what is forgotten does not come back under its number"
    assert way.of(ANN)["lab.gone"] == lacking, "a lesson that is not here may come back"


def test_an_answer_stays_with_its_step_when_another_is_put_before_it(tmp_path):
    Learning(tmp_path, lambda lesson: ("pixel", "check")).keep(ANN, "numbers", "pixel", 7)
    later = Learning(tmp_path, lambda lesson: ("inserted", "pixel", "check"))
    assert later.of(ANN)["numbers"].answers == {"pixel": 7}


def test_an_answer_from_another_tab_is_one_to_the_case_that_tab_shows(tmp_path):
    way = Learning(tmp_path)
    way.throw_again(ANN, "numbers", "check")
    # The other tab still shows the case before.
    way.keep(ANN, "numbers", "check", 1.5, throw=0)
    assert way.of(ANN)["numbers"] == Learnt({"check": 1.5}, throw=0)
    way.judge(ANN, "numbers", "check", 1.5, True, throw=1)
    way.judge(ANN, "numbers", "check", 2.5, True, throw=0)
    assert way.of(ANN)["numbers"].right == {}, "nothing is judged by another case or another answer"
    way.judge(ANN, "numbers", "check", 1.5, True, throw=0)
    assert way.of(ANN)["numbers"].right == {"check": True}


def test_steps_that_are_gone_make_room_for_new_ones(tmp_path):
    way = Learning(tmp_path)
    for number in range(learning.MOST_STEPS + 3):
        way.keep(ANN, "lab.mine", f"step-{number}", number)
    kept = way.of(ANN)["lab.mine"].answers
    assert len(kept) == learning.MOST_STEPS and list(kept)[-1] == f"step-{learning.MOST_STEPS + 2}"
