"""A class: who is in it and what they say is kept whole, by several processes at once, until it ends; then nothing is left."""

import errno
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.sentences import refused

from mnistlab.errors import RightsError, StoreError
from mnistlab.store import class_roll, classroom, classrooms
from mnistlab.store.class_roll import Member, RollLog, Said, as_line
from mnistlab.store.classroom import Classroom, clean_code, here
from mnistlab.store.classrooms import Classrooms
from mnistlab.store.learning import Learnt
from mnistlab.store.visitors import visitor_id

ROOT = Path(__file__).parents[3]
TEACHER, ANN, BOB = (visitor_id("browser", name) for name in ("teacher", "ann", "bob"))
# Answers of one student, by a process of their own.
WRITER = """
import sys
from pathlib import Path
from mnistlab.store.classrooms import Classrooms
from mnistlab.store.learning import Learnt
room = Classrooms(Path(sys.argv[1])).find(sys.argv[2])
for visitor in sys.argv[3:]:
    room.join(visitor, visitor[:3])
for number in range(40):
    for visitor in sys.argv[3:]:
        room.bring(visitor, "numbers", Learnt({"pixel": number}, {"pixel": number % 2 == 0}))
"""


@pytest.fixture
def room(tmp_path) -> Classroom:
    return Classrooms(tmp_path).open(TEACHER, "8b", ["numbers", "training"])


def again(room: Classroom) -> RollLog:
    """The roll as a server reads it that has just started."""
    return RollLog(room.path / "roll.jsonl")


def test_a_class_is_found_by_its_code_however_it_is_typed(tmp_path, room):
    code = room.about().code
    assert len(code) == 6
    for typed in (code, code.lower(), f" {code[:3]} {code[3:]} ", f"{code[:3]}-{code[3:]}"):
        assert Classrooms(tmp_path).find(typed).about() == room.about()
    for typed in ("", "BCDFG", "ABCDEF", "../../etc", "BCDFGH/..", "B" * 1000, "ＢＣＤＦＧＨ"):
        assert Classrooms(tmp_path).find(typed) is None
    assert room.about().lessons == ("numbers", "training")
    assert clean_code("xxx") == ""


def test_answers_are_there_again_after_a_restart(room):
    room.join(ANN, "Ann")
    room.join(BOB)
    room.go(ANN, ("numbers", "twice"))
    room.bring(ANN, "numbers", Learnt({"pixel": 7, "twice": "yes"}, {"pixel": True}))
    room.bring(BOB, "training", Learnt({"pixel": [1.0, 2.0]}))
    roll = again(room).read()
    assert roll == room.roll()
    assert roll[ANN].said == {("numbers", "pixel"): Said(7, True), ("numbers", "twice"): Said("yes")}
    assert (roll[ANN].name, roll[ANN].at, roll[BOB].name) == ("Ann", ("numbers", "twice"), "")
    assert roll[BOB].said == {("training", "pixel"): Said([1.0, 2.0])}


def test_what_is_known_already_is_not_written_again(room):
    room.join(ANN)
    for _ in range(3):
        room.go(ANN, ("numbers", "pixel"))
        room.bring(ANN, "numbers", Learnt({"pixel": 7}))
    assert len((room.path / "roll.jsonl").read_text().split()) == 3
    room.bring(ANN, "numbers", Learnt())
    assert room.member(ANN).said == {}, "an answer that was taken back"


def test_who_is_in_no_class_leaves_nothing_in_one(room):
    room.go(ANN, ("numbers", "pixel"))
    room.bring(ANN, "numbers", Learnt({"pixel": 7}))
    assert room.roll() == {}
    room.join(ANN)
    room.bring(ANN, "numbers", Learnt({"pixel": 7}))
    room.leave(ANN)
    room.bring(ANN, "numbers", Learnt({"pixel": 8}))
    assert room.member(ANN) is None
    assert here(room.roll()) == {}
    assert room.roll()[ANN].said == {}
    room.join(ANN, "Ann again")
    room.bring(ANN, "numbers", Learnt({"pixel": 8}))
    assert room.member(ANN).said == {("numbers", "pixel"): Said(8)}


@pytest.mark.parametrize("torn", [b'\n{"time":1,"who":"', b'{"do":"said"', b"\n", b"\xff\xfe\n[", b"\n" + b"[" * 5000])
def test_a_torn_last_line_costs_only_itself(room, torn):
    room.join(ANN, "Ann")
    with (room.path / "roll.jsonl").open("ab") as file:
        file.write(torn)
    assert set(again(room).read()) == {ANN}
    room.join(BOB, "Bob")
    room.bring(ANN, "numbers", Learnt({"pixel": 7}))
    for log in (again(room).read(), room.roll()):
        assert set(log) == {ANN, BOB}
        assert log[ANN].said == {("numbers", "pixel"): Said(7)}


def test_a_line_is_read_once_it_is_whole(tmp_path):
    path = tmp_path / "roll.jsonl"
    log, line = RollLog(path), as_line(ANN, "join", 1.0, name="Ann")
    path.write_bytes(line[:-5])
    assert log.read() == {}
    path.write_bytes(line)
    assert log.read()[ANN].name == "Ann"


def test_thirty_writers_in_two_processes_lose_nothing(tmp_path, room):
    visitors = [visitor_id("browser", str(number)) for number in range(30)]
    code = room.about().code
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), code, *visitors[half::2]], cwd=ROOT)
        for half in (0, 1)
    ]
    seen = [0]
    while any(writer.poll() is None for writer in writers):
        seen.append(len(room.roll()))
        time.sleep(0.01)
    assert [writer.wait() for writer in writers] == [0, 0]
    assert seen == sorted(seen)
    roll = room.roll()
    assert len(roll) == 30
    assert {member.said[("numbers", "pixel")] for member in roll.values()} == {Said(39, False)}
    lines = [json.loads(line) for line in (room.path / "roll.jsonl").read_text().split("\n") if line]
    assert len(lines) == 30 * 41


def test_thirty_threads_lose_nothing_and_the_teacher_counts_right(room):
    visitors = [visitor_id("browser", str(number)) for number in range(30)]

    def answer(visitor: str) -> None:
        room.join(visitor)
        for number in range(5):
            room.bring(visitor, "numbers", Learnt({f"step-{one}": "yes" for one in range(number + 1)}))
            assert len(room.member(visitor).said) == number + 1

    with ThreadPoolExecutor(30) as pool:
        list(pool.map(answer, visitors))
    assert [len(member.said) for member in again(room).read().values()] == [5] * 30


def test_only_the_teacher_changes_what_the_class_is_at(room):
    room.change(TEACHER, present=("numbers", "third"), is_held=True)
    assert room.about().held == ("numbers", "third")
    for stranger in (ANN, "", "x"):
        with refused(RightsError, "Only the teacher"):
            room.change(stranger, is_shown=True)
    room.change(TEACHER, is_held=False, is_shown=True)
    assert (room.about().held, room.about().present, room.about().is_shown) == (None, ("numbers", "third"), True)


def test_a_class_ends_by_hand_and_by_age_and_nothing_of_it_is_left(tmp_path, monkeypatch):
    rooms = Classrooms(tmp_path)
    by_hand, by_age, stays = (rooms.open(visitor_id("browser", name), "", []) for name in "abc")
    for room in (by_hand, by_age, stays):
        room.join(ANN)
    rooms.end(by_hand.about().code)
    rooms.end(by_hand.path.name)
    content = json.loads((by_age.path / "class.json").read_text())
    (by_age.path / "class.json").write_text(json.dumps(content | {"ends": time.time() - 1}))
    for room in (by_hand, by_age):
        assert rooms.find(room.path.name) is None
        for act in (lambda room=room: room.join(BOB), lambda room=room: room.change(TEACHER, is_shown=True)):
            with refused(StoreError, "has ended"):
                act()
    assert [about.code for about in rooms.all()] == [stays.path.name]
    assert {path.name for path in (tmp_path / "classrooms").iterdir()} - {".lock"} == {stays.path.name}
    assert rooms.of(ANN).path == stays.path


def test_nothing_of_a_class_that_has_ended_stays_in_memory(tmp_path):
    rooms = Classrooms(tmp_path)
    ended, stays = (rooms.open(visitor_id("browser", name), "", []) for name in "ab")
    logs = {}
    for room in (ended, stays):
        room.join(ANN)
        logs[room] = classroom._logs.find(room.path / "roll.jsonl")
        assert logs[room] is not None
    # Perhaps by another server.
    rooms.end(ended.path.name)
    rooms.all()
    assert classroom._logs.find(ended.path / "roll.jsonl") is None
    assert classroom._logs.find(stays.path / "roll.jsonl") is logs[stays]


def test_what_a_crash_has_left_of_a_class_is_removed_later(tmp_path, monkeypatch):
    rooms = Classrooms(tmp_path)
    rooms.open(TEACHER, "", [])
    left = tmp_path / "classrooms" / ".partial-BCDFGH"
    left.mkdir()
    (left / "roll.jsonl").write_text("said")
    rooms.all()
    assert left.exists(), "somebody may be at it just now"
    monkeypatch.setattr(classrooms, "PATIENCE", -1.0)
    assert len(rooms.all()) == 1
    assert not left.exists()


@pytest.mark.parametrize(
    "content", ["", "[]", '{"code": "BCDFGH"}', '{"teacher": 3}', '{"code": 1, "teacher": "x", "ends": "soon"}']
)
def test_a_damaged_description_is_a_class_that_has_ended(tmp_path, room, content):
    (room.path / "class.json").write_text(content)
    assert Classrooms(tmp_path).find(room.path.name) is None
    assert Classrooms(tmp_path).all() == []


def test_a_description_that_cannot_be_read_just_now_costs_a_class_nothing(tmp_path, room, monkeypatch):
    room.join(ANN)
    room.bring(ANN, "numbers", Learnt({"pixel": 7}))
    # As nobody has read it yet.
    classroom._read_about.cache_clear()
    real = Path.read_bytes

    def out_of_files(path):
        if path.name == "class.json":
            raise OSError(errno.EMFILE, "Too many open files")
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", out_of_files)
        assert Classrooms(tmp_path).all() == []
        with refused(StoreError, "cannot be read"):
            room.about()
    assert [about.code for about in Classrooms(tmp_path).all()] == [room.path.name]
    assert room.member(ANN).said == {("numbers", "pixel"): Said(7)}


def test_a_class_without_a_description_is_removed_once_none_could_last_so_long(tmp_path, room):
    (room.path / "class.json").write_text("torn")
    for days, is_left in ((27, True), (29, False)):
        then = time.time() - days * classrooms.DAY
        os.utime(room.path, (then, then))
        assert Classrooms(tmp_path).all() == []
        assert room.path.exists() is is_left


def test_the_class_of_a_visitor_is_the_one_they_did_something_in_last(tmp_path):
    rooms = Classrooms(tmp_path)
    first, second = rooms.open(TEACHER, "", []), rooms.open(TEACHER, "", [])
    assert rooms.of(ANN) is None
    for room in (second, first):
        room.join(ANN)
        time.sleep(0.002)
    assert rooms.of(ANN).path == first.path
    second.go(ANN, ("numbers", "pixel"))
    assert rooms.of(ANN).path == second.path
    second.leave(ANN)
    assert rooms.of(ANN).path == first.path


def test_nobody_fills_the_lab_or_the_disk(tmp_path, monkeypatch, caplog):
    caplog.set_level("INFO", "mnistlab.audit")
    rooms = Classrooms(tmp_path)
    for _ in range(classrooms.MOST_OF_A_TEACHER):
        room = rooms.open(TEACHER, "", [])
    with refused(StoreError, "3 classes open"):
        rooms.open(TEACHER, "", [])
    monkeypatch.setattr(classrooms, "MOST_CLASSES", 3)
    with refused(StoreError, "in this lab"):
        rooms.open(ANN, "", [])
    assert [(line.getMessage(), line.by) for line in caplog.records] == [
        ("visitor refused", TEACHER),
        ("visitor refused", ANN),
    ]
    monkeypatch.setattr(classroom, "MOST_MEMBERS", 1)
    room.join(ANN)
    with refused(StoreError, "full"):
        room.join(BOB)
    room.join(ANN, "who is in it may take another name")
    monkeypatch.setattr(classroom, "MOST_OF_A_MEMBER", 1_500)
    for number in range(3):
        room.bring(ANN, "numbers", Learnt({"pixel": f"{number}" + "x" * 490}))
    with refused(StoreError, "still kept for you"):
        room.bring(ANN, "numbers", Learnt({"pixel": "x"}))
    with refused(StoreError, "Only visitors"):
        rooms.find(room.path.name).join("../../evil")
    room.leave(ANN)
    assert room.member(ANN) is None, "whoever has said all they can may still go"
    with refused(StoreError, "still kept for you"):
        room.join(ANN)


def hostile(number: int) -> str:
    """A name or an answer that somebody may have thought of; another for each number."""
    words = (
        "<script>alert({})</script>",
        "[evil {}](//evil.x)",
        "\x00\x1b[2J\u202e{}",
        '"}}\n{{"who":"{}","do":"leave"}}\n',
        "é🙂" * 12 + "{}",
        "../../{}",
        "{{answer.__class__}}{}",
        "\ud800{}",
        "\r\n\u2028{}",
        "# {}\n\n- x",
    )
    return words[number % len(words)].format(number)


def test_five_hundred_hostile_names_and_answers_stay_words(room, monkeypatch):
    monkeypatch.setattr(classroom, "MOST_MEMBERS", 500)
    monkeypatch.setattr(class_roll, "MOST_MEMBERS", 500)
    visitors = [visitor_id("browser", str(number)) for number in range(500)]
    for number, visitor in enumerate(visitors):
        room.join(visitor, hostile(number))
        room.bring(visitor, "numbers", Learnt({"pixel": hostile(number)}))
    roll = again(room).read()
    assert list(roll) == visitors, "no line has become another's"
    for number, member in enumerate(roll.values()):
        assert member.is_here
        assert member.name.isprintable()
        assert len(member.name) <= 30
        assert member.said == {("numbers", "pixel"): Said(hostile(number))}, (
            "an answer is judged by its question, later"
        )


@pytest.mark.parametrize(
    "line",
    [
        "3",
        "null",
        "[]",
        '{"who": 3}',
        '{"who": "../../evil"}',
        f'{{"who": "{ANN}", "do": 3}}',
        f'{{"who": "{ANN}", "do": "at", "lesson": 3, "step": "x"}}',
        f'{{"who": "{ANN}", "do": "at", "lesson": "x", "step": "99"}}',
        f'{{"who": "{ANN}", "do": "at", "lesson": "x", "step": 1}}',
        f'{{"who": "{ANN}", "do": "said", "lesson": "x", "steps": [1]}}',
        f'{{"who": "{ANN}", "do": "said", "lesson": "x", "steps": {{"one": 2, "X": [1, 2], "-1": [1, 2], "99": [1, true]}}}}',
        f'{{"who": "{ANN}", "do": "said", "lesson": "x", "steps": {{"one": [NaN, true]}}}}',
        f'{{"who": "{ANN}", "do": "said", "lesson": "x", "steps": {{"٣": [1, true]}}}}',
        f'{{"who": "{BOB}", "do": "said", "lesson": "x", "steps": {{"one": [1, true]}}}}',
        f'{{"who": "{ANN}", "time": "soon"}}',
    ],
)
def test_a_line_that_says_nothing_changes_nothing(tmp_path, line):
    path = tmp_path / "roll.jsonl"
    path.write_bytes(as_line(ANN, "join", 1.0, name="Ann") + line.encode() + b"\n")
    (member,) = RollLog(path).read().values()
    assert (member.name, member.at, member.said, member.heard, member.is_here) == ("Ann", None, {}, 1.0, True)
    assert isinstance(member, Member)
