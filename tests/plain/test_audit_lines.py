"""The audit lines: every event is in the document and in a test, and nobody is refused anything without a line."""

import ast
import itertools
import json
import shutil
import time
from pathlib import Path
from typing import get_args

import pytest
from support.audit_lines import audited, documented
from support.gates import answer, scope_of
from support.recipes import small_training
from support.sentences import refused
from support.set_files import made

from mnistlab.data.embedded import sample_digits
from mnistlab.data.picture_costs import Budget
from mnistlab.errors import DataError, StoreError
from mnistlab.logs import AUDIT
from mnistlab.refusals import REFUSED, seldom_refused
from mnistlab.set_files import drawings, fetching
from mnistlab.set_files.drawings import Drawings
from mnistlab.store import classroom, learning, verdicts
from mnistlab.store.classrooms import Classrooms
from mnistlab.store.imports import import_network
from mnistlab.store.learning import Learning, Learnt
from mnistlab.store.models import REFERENCE_FOLDER
from mnistlab.store.run_life import Control
from mnistlab.store.runs import Store
from mnistlab.store.sets import BroughtSet, keep_set
from mnistlab.store.verdicts import Verdicts
from mnistlab.store.wishes import join, leave
from mnistlab.ui.gate import Gate, Hosts, Proxies, policy

ROOT = Path(__file__).parents[2]
CODE = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "mnistlab").rglob("*.py"))}
ANN, BOB, EVE = "a" * 16, "b" * 16, "e" * 16
OURS = [(REFERENCE_FOLDER / name).read_bytes() for name in ("network.json", "weights.safetensors")]


# What the code writes


def _name(function: ast.expr) -> str:
    return ast.unparse(function).rpartition(".")[2]


def _calls(tree: ast.AST, names: set[str]) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) in names]


def writers() -> set[str]:
    """Return the functions whose first argument is an event: `audit`, and those that hand theirs on to one of them."""
    known, before = {"audit", "Seldom"}, set()
    functions = [node for tree in CODE.values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    while known != before:
        before = set(known)
        known |= {
            function.name
            for function in functions
            if function.args.args
            and any(
                call.args and isinstance(call.args[0], ast.Name) and call.args[0].id == function.args.args[0].arg
                for call in _calls(function, before)
            )
        }
    return known


def events_of(event: ast.expr, tree: ast.AST) -> set[str]:
    """Return the events that a first argument can be; fails for one that cannot be read off the code."""
    match event:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=orelse):
            return events_of(body, tree) | events_of(orelse, tree)
        case ast.Name(id="REFUSED"):
            return {REFUSED}
        case ast.JoinedStr(values=[ast.FormattedValue(value=ast.Name(id="control")), ast.Constant(value=str(rest))]):
            return {f"{control}{rest}" for control in get_args(Control)}
        case ast.JoinedStr(values=[ast.Constant(value=str(begin)), ast.FormattedValue(value=ast.Name("__version__"))]):
            return {f"{begin}…"}
    pytest.fail(f"an event should be fixed words: {ast.unparse(event)}")


def written() -> set[str]:
    known, found = writers(), set()
    for tree in CODE.values():
        handed_on = {
            id(call)
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef) and function.name in known
            for call in _calls(function, known)
        }
        # (`Seldom` hands on what it was made with.)
        for call in _calls(tree, known):
            if id(call) not in handed_on and ast.unparse(call.args[0]) != "self._event":
                found |= events_of(call.args[0], tree)
    return found


def test_every_event_is_in_the_document_and_no_other():
    assert {"require_all", "_log_try"} <= writers(), "the search finds nothing"
    assert documented().keys() == written()


def test_every_event_is_asserted_in_a_test():
    said = {
        node.value.strip()
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {event for event in documented() if event.rstrip(" …") not in said} == set()


# Who is refused something


# They raise for `refusals_told`, which logs the kind of the job as well.
JOBS = {"engine/room.py", "engine/admission.py"}
# Of what one file may hold, or several files that are brought together: bad input. Uploads are logged by the gate, tokens as tries.
OF_INPUT = {
    ("store/networks.py", "MOST_BYTES"),
    ("store/networks.py", "MOST_HEADER_BYTES"),
    ("ui/pages/lab/digit_sets.py", "MOST_FILES"),
    ("ui/pages/lab/digit_sets.py", "MOST_BYTES"),
    ("ui/gate/uploads.py", "may"),
    ("ui/shell/visitors.py", "may_try"),
}
KEEPERS = ("store", "engine", "ui", "set_files/drawings.py", "set_files/from_drawings.py", "set_files/fetching.py")


def _place(path: Path) -> str:
    return path.relative_to(ROOT / "mnistlab").as_posix()


def test_errors_of_rights_and_room_are_made_where_they_are_logged():
    logged = {
        id(node) for tree in CODE.values() for call in _calls(tree, {"refused"}) for node in ast.walk(call.args[0])
    }
    made_here = [
        (_place(path), call)
        for path, tree in CODE.items()
        for call in _calls(tree, {"RightsError", "BusyError"})
        if _place(path) not in JOBS
    ]
    assert len(made_here) > 6, "the search finds nothing"
    assert [f"{place}:{call.lineno}" for place, call in made_here if id(call) not in logged] == []


def test_whoever_reaches_a_limit_is_in_the_log():
    reached, silent = 0, []
    for path, tree in CODE.items():
        if not _place(path).startswith(KEEPERS):
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.If):
                continue
            named = {_name(one) for one in ast.walk(node.test) if isinstance(one, ast.Name | ast.Attribute)}
            limits = {name for name in named if name.startswith("MOST_") or name in ("may", "left", "may_try", "free")}
            ends = [
                one.exc
                for line in node.body
                for one in ast.walk(line)
                if isinstance(one, ast.Raise) and one.exc is not None
            ]
            ends += [call for line in node.body for call in _calls(line, {"complain"})]
            if not limits or not ends or all((_place(path), name) in OF_INPUT for name in limits):
                continue
            reached += 1
            silent += [f"{_place(path)}:{end.lineno}" for end in ends if not _calls(end, {"refused"})]
    assert reached > 15, "the search finds nothing"
    assert silent == []


def test_the_event_of_a_refusal_stands_in_one_place():
    places = {
        _place(path)
        for path, tree in CODE.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value == REFUSED
    }
    assert places == {"refusals.py"}


# What the store and the gate write


@pytest.fixture
def log(caplog, monkeypatch):
    """The lines since it was asked last."""
    caplog.set_level("INFO", AUDIT)
    monkeypatch.setattr(classroom, "_full", seldom_refused())
    monkeypatch.setattr("mnistlab.data.picture_costs._crowded", seldom_refused())
    return lambda: audited(caplog)


def test_what_is_brought_is_logged(home, log):
    known = import_network(home, *OURS, "private words", ANN)
    import_network(home, *OURS, "private words", BOB)
    digits = keep_set(BroughtSet(made(2, 40, 12), ("a", "b")), "private words", ANN)
    keep_set(BroughtSet(made(2, 40, 12), ("a", "b")), "private words", BOB)
    assert log() == [
        ("network imported", {"network": known, "by": ANN}),
        ("network imported again", {"network": known, "by": BOB}),
        ("digits brought", {"data": digits, "by": ANN}),
        ("digits brought again", {"data": digits, "by": BOB}),
    ]


def test_whose_a_run_is_is_logged(home, log):
    run = Store(home).create(small_training(), "private words", ANN)
    join(run, BOB, "private words")
    join(run, EVE, "private words")
    leave(run, BOB)
    leave(run, ANN)
    assert log() == [
        ("run joined", {"run": run.id, "visitor": ANN, "by": BOB}),
        ("run joined", {"run": run.id, "visitor": ANN, "by": EVE}),
        ("run left", {"run": run.id, "visitor": ANN, "by": BOB}),
        ("run handed on", {"run": run.id, "visitor": EVE, "by": ANN}),
    ]


def test_what_goes_by_itself_is_logged(home, log, monkeypatch):
    about = Classrooms(home).open(ANN, "", []).path / "class.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"ends": time.time() - 1}))
    for _ in range(2):
        assert Classrooms(home).all() == []
    monkeypatch.setattr(learning, "MOST_LEARNERS", 1)
    monkeypatch.setattr(verdicts, "MOST_FILES", 1)
    for visitor in (ANN, BOB):
        Learning(home).keep(visitor, "numbers", "pixel", 1)
        Verdicts(home).keep(visitor, "mnist", 1, "wrong")
    assert log() == [
        ("class ended", {"visitor": ANN, "reason": "its time was over"}),
        ("answers to lessons removed", {"visitor": ANN, "reason": "room for others"}),
        ("verdicts on labels removed", {"visitor": ANN, "reason": "room for others"}),
    ]


def test_who_finds_no_room_for_drawings_is_logged(home, log, monkeypatch):
    monkeypatch.setattr(drawings, "MOST_DRAWINGS", 1)
    monkeypatch.setattr(drawings, "MOST_COLLECTIONS", 1)
    (image,) = sample_digits([3], 7)
    Drawings(home).keep(ANN, "private words", image)
    with refused(StoreError, "1 drawings already"):
        Drawings(home).keep(ANN, "private words", image)
    with refused(StoreError, "no room for another"):
        Drawings(home).share(BOB, True)
    (first, one), (second, other) = log()
    assert (first, one["by"], second, other["by"]) == (REFUSED, ANN, REFUSED, BOB)
    assert one["reason"].startswith("There are 1 drawings already")
    assert other["reason"].startswith("So many visitors have kept drawings")


def test_who_has_filled_their_share_of_a_class_is_logged_once_a_minute(home, log, monkeypatch):
    room = Classrooms(home).open(BOB, "", [])
    room.join(ANN)
    monkeypatch.setattr(classroom, "MOST_OF_A_MEMBER", 1)
    for answer_of in "abc":
        with refused(StoreError, "still kept for you"):
            room.bring(ANN, "numbers", Learnt({"pixel": answer_of}))
    ((event, fields),) = log()
    assert (event, fields["by"], fields["count"]) == (REFUSED, ANN, 1)


def test_a_picture_and_an_archive_without_room_are_logged(home, log, monkeypatch):
    budget = Budget(1, patience=0.0)
    with budget.take(1), refused(DataError, "being read just now"), budget.take(1):
        pass
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10**9, 10**9 - 10**7, 10**7))
    with refused(DataError, "while it is fetched"):
        next(fetching.fetch_sets(next(iter(fetching.ARCHIVES)), ANN, 1.0))
    (crowded, disk) = log()
    assert crowded == (
        REFUSED,
        {"reason": "Many large pictures are being read just now; bring this one again in a minute.", "count": 1},
    )
    assert (disk[0], disk[1]["by"]) == (REFUSED, ANN)


def test_who_is_turned_away_at_the_gate_is_logged(log, monkeypatch):
    clock = itertools.count(1e6, 1000.0)
    monkeypatch.setattr("mnistlab.logs.time.monotonic", lambda: next(clock))

    async def app(scope, receive, send):
        raise AssertionError("nothing of this reaches the app")

    gate = Gate(app, "cookie", Hosts(["lab.example"]), Proxies([]), None, policy([]))
    answer(gate, scope_of(host="evil.example"))
    answer(gate, scope_of("websocket", host="lab.example", origin="http://evil.example"))
    (name, named), (page, paged) = log()
    assert (name, named["host"]) == ("turned away: a name this server does not answer to", "evil.example")
    assert page == "turned away: a page that is not this server's; a proxy must pass on Host as it came"
    assert {field: paged[field] for field in ("host", "page")} == {
        "host": "lab.example",
        "page": "http://evil.example",
    }
