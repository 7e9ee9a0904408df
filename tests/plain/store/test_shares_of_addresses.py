"""Whoever makes up visitors takes half of the places at most, wherever visitors are counted in total, and pushes out nobody who has fewer."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from support.audit_lines import audited
from support.sentences import refused

from mnistlab.errors import StoreError
from mnistlab.logs import AUDIT
from mnistlab.refusals import REFUSED
from mnistlab.set_files import drawings
from mnistlab.set_files.drawings import Drawings
from mnistlab.store import classroom, classrooms, learning, verdicts, visitors
from mnistlab.store.classroom import Classroom
from mnistlab.store.classrooms import Classrooms
from mnistlab.store.learning import Learning, Learnt
from mnistlab.store.origins import FORTNIGHT, Origins
from mnistlab.store.verdicts import Verdicts
from mnistlab.store.visitors import Nicknames, visitor_id

TEACHER = visitor_id("browser", "teacher")
BLANK = np.zeros((28, 28), np.uint8)


def ids(place: str, count: int) -> list[str]:
    return [visitor_id("browser", f"{place} {number}") for number in range(count)]


@dataclass(frozen=True)
class Door:
    """One thing with places. `most`: the module's limit of them; `enter`: home, visitor, address -> a place; `inside`: home -> who has one."""

    module: ModuleType
    most: str
    enter: Callable[[Path, str, str], object]
    inside: Callable[[Path], set[str]]


def the_class(home: Path) -> Classroom:
    known = Classrooms(home).all()
    return Classroom(home / "classrooms" / known[0].code) if known else Classrooms(home).open(TEACHER, "", [])


def files(folder: str) -> Callable[[Path], set[str]]:
    return lambda home: {path.stem for path in (home / folder).glob("*.json")}


DOORS = {
    "answers": Door(
        learning,
        "MOST_LEARNERS",
        lambda home, who, address: Learning(home, address=address).keep(who, "numbers", "pixel", 1),
        files("learning"),
    ),
    "verdicts": Door(
        verdicts,
        "MOST_FILES",
        lambda home, who, address: Verdicts(home, address).keep(who, "mnist", 1, "wrong"),
        files("verdicts"),
    ),
    "drawings": Door(
        drawings,
        "MOST_COLLECTIONS",
        lambda home, who, address: Drawings(home, address).keep(who, "7", BLANK),
        files("drawings"),
    ),
    "nicknames": Door(
        visitors,
        "MOST_NICKNAMES",
        lambda home, who, address: Nicknames(home).choose(who, "Ann", address),
        files("visitors"),
    ),
    "members": Door(
        classroom,
        "MOST_MEMBERS",
        lambda home, who, address: the_class(home).join(who, "", address),
        lambda home: set(the_class(home).roll()),
    ),
    "classes": Door(
        classrooms,
        "MOST_CLASSES",
        lambda home, who, address: Classrooms(home).open(who, "", [], address=address),
        lambda home: {about.teacher for about in Classrooms(home).all()},
    ),
}
MAKING_ROOM = ("answers", "verdicts")


@pytest.mark.parametrize("name", DOORS)
def test_an_address_takes_half_of_the_places_and_the_log_says_so(name, tmp_path, monkeypatch, caplog):
    caplog.set_level("INFO", AUDIT)
    door = DOORS[name]
    monkeypatch.setattr(door.module, door.most, 6)
    made_up, school = ids("here", 4), ids("school", 3)
    for who in made_up[:3]:
        door.enter(tmp_path, who, "here")
    caplog.clear()
    with refused(StoreError, "3 ", "half of all", "came from your internet address"):
        door.enter(tmp_path, made_up[3], "here")
    ((event, fields),) = audited(caplog)
    assert (event, fields["by"]) == (REFUSED, made_up[3])
    if name != "classes":
        # Who has a place goes on.
        door.enter(tmp_path, made_up[0], "here")
    for who in school:
        door.enter(tmp_path, who, "school")
    assert door.inside(tmp_path) == {*made_up[:3], *school}


@pytest.mark.parametrize("name", DOORS)
def test_a_class_behind_one_router_has_room(name, tmp_path):
    """Thirty students; of the classes, as many teachers as a school has at once."""
    door, school = DOORS[name], ids("school", 30)
    for who in school:
        door.enter(tmp_path, who, "school")
    assert door.inside(tmp_path) == set(school)
    assert getattr(door.module, door.most) // 2 >= 30


@pytest.mark.parametrize("name", DOORS)
def test_where_addresses_are_not_counted_all_places_are_for_all(name, tmp_path, monkeypatch):
    door = DOORS[name]
    monkeypatch.setattr(door.module, door.most, 4)
    for who in ids("login", 4):
        door.enter(tmp_path, who, "")
    assert door.inside(tmp_path) == set(ids("login", 4))


@pytest.mark.parametrize("name", MAKING_ROOM)
def test_newcomers_of_one_address_push_out_nobody(name, tmp_path, monkeypatch):
    door = DOORS[name]
    monkeypatch.setattr(door.module, door.most, 20)
    school = ids("school", 10)
    for who in school:
        door.enter(tmp_path, who, "school")
    for who in ids("here", 10):
        door.enter(tmp_path, who, "here")
    for who in ids("here", 40)[10:]:
        with refused(StoreError, "half of all"):
            door.enter(tmp_path, who, "here")
    assert door.inside(tmp_path) >= set(school)


@pytest.mark.parametrize("name", MAKING_ROOM)
def test_where_all_places_are_taken_the_address_with_most_makes_room(name, tmp_path, monkeypatch, caplog):
    caplog.set_level("INFO", AUDIT)
    door = DOORS[name]
    monkeypatch.setattr(door.module, door.most, 10)
    school, made_up, at_home = ids("school", 4), ids("here", 5), ids("home", 4)
    for who in school:
        door.enter(tmp_path, who, "school")
    for who in made_up:
        door.enter(tmp_path, who, "here")
    for number, who in enumerate(at_home):
        door.enter(tmp_path, who, f"home {number}")
    inside = door.inside(tmp_path)
    assert len(inside) == 10
    assert inside >= {*at_home}, "whoever comes gets in"
    assert len(inside & set(school)) == 3
    assert len(inside & set(made_up)) == 3, "those with most gave first, and then in turn"
    gone = [fields["visitor"] for event, fields in audited(caplog) if event.endswith("removed")]
    assert set(gone) == {*school, *made_up} - inside
    assert gone[0] in made_up


@pytest.mark.parametrize("name", MAKING_ROOM)
def test_what_nobody_has_touched_for_a_fortnight_makes_room_first(name, tmp_path, monkeypatch):
    door = DOORS[name]
    monkeypatch.setattr(door.module, door.most, 4)
    long_ago, others = ids("once", 1)[0], ids("school", 4)
    door.enter(tmp_path, long_ago, "once")
    for who in others[:2]:
        door.enter(tmp_path, who, "school")
    door.enter(tmp_path, others[2], "home")
    (path,) = tmp_path.rglob(f"{long_ago}.json")
    then = time.time() - FORTNIGHT - 60
    os.utime(path, (then, then))
    door.enter(tmp_path, others[3], "elsewhere")
    assert door.inside(tmp_path) == set(others)


@pytest.mark.parametrize("name", MAKING_ROOM)
def test_a_school_that_has_its_half_goes_on_with_what_it_has_not_touched_for_a_fortnight(
    name, tmp_path, monkeypatch, caplog
):
    caplog.set_level("INFO", AUDIT)
    door = DOORS[name]
    monkeypatch.setattr(door.module, door.most, 8)
    last_month, now = ids("last month", 4), ids("now", 2)
    for who in last_month:
        door.enter(tmp_path, who, "school")
    then = time.time() - FORTNIGHT - 60
    for number, who in enumerate(last_month[:2]):
        (path,) = tmp_path.rglob(f"{who}.json")
        os.utime(path, (then + number, then + number))
    for who in now:
        door.enter(tmp_path, who, "school")
    assert door.inside(tmp_path) == {*last_month[2:], *now}
    gone = [fields["visitor"] for event, fields in audited(caplog) if event.endswith("removed")]
    assert gone == last_month[:2]
    with refused(StoreError, "half of all"):
        door.enter(tmp_path, ids("one more", 1)[0], "school")


def test_what_was_there_before_the_start_counts_as_of_one_address():
    now, origins = time.time(), Origins("things")
    before = {(Path(f"b{number}"), ""): (now - 100 - number, 1) for number in range(5)}
    since = {(Path(f"s{number}"), ""): (now - 200 - number, 1) for number in range(3)}
    for one in since:
        origins.note(one, "school")
    # Five of before against three and the one who comes; of four against four the oldest goes.
    assert origins.to_go(before | since, 3, "school") == [(Path("b4"), ""), (Path("s2"), ""), (Path("b3"), "")]


def test_what_takes_more_room_gives_more():
    now, origins = time.time(), Origins("things")
    large, small = (Path("large"), ""), [(Path(f"small {number}"), "") for number in range(5)]
    origins.note(large, "here")
    for one in small:
        origins.note(one, "school")
    kept = {large: (now, 100)} | dict.fromkeys(small, (now - 100, 1))
    assert origins.to_go(kept, 50, "here") == [large]
    assert origins.to_go(kept, 0, "here") == []
    assert set(origins.to_go(kept, 1_000, "here")) == set(kept), "there is no more than all"


def test_what_is_gone_is_known_no_more():
    origins, gone, here = Origins("things"), Path("gone"), Path("here")
    for one in ((gone, "a"), (here, "a"), (here, "b")):
        origins.note(one, "school")
    sizes = {(gone, "a"): 1, (here, "a"): 10, (here, "b"): 100}
    assert origins.sum_beside((here, "a"), sizes) == 111
    origins.drop(lambda place: place == gone)
    assert origins.sum_beside((here, "a"), sizes) == 110
    assert origins.sum_beside((gone, "a"), sizes) == 0


def test_members_of_one_address_say_half_of_what_a_class_can_keep(tmp_path, monkeypatch):
    room, said = the_class(tmp_path), Learnt({"pixel": "x" * 400})
    made_up, (student,) = ids("here", 4), ids("school", 1)
    for who in made_up:
        room.join(who, "", "here")
    room.join(student, "", "school")
    monkeypatch.setattr(classroom, "MOST_BYTES", 3_000)
    for who in made_up[:3]:
        room.bring(who, "numbers", said)
    with refused(StoreError, "your answers are still kept for you"):
        room.bring(made_up[3], "numbers", said)
    room.bring(student, "numbers", said)
    assert room.member(student).said
