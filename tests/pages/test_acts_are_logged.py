"""What visitors and the administrator do on pages is in the log: each act once, with exactly these fields; and so is who is refused it."""

from types import SimpleNamespace

import pytest
from support.audit_lines import audited
from support.recipes import small_training
from support.set_files import made

from mnistlab.data.embedded import sample_digits
from mnistlab.errors import BusyError, RightsError
from mnistlab.logs import AUDIT
from mnistlab.refusals import REFUSED, seldom_refused
from mnistlab.set_files.drawings import Drawings
from mnistlab.settings import settings
from mnistlab.store.classrooms import Classrooms
from mnistlab.store.imports import import_network
from mnistlab.store.models import REFERENCE_FOLDER
from mnistlab.store.runs import Store
from mnistlab.store.sets import BroughtSet, keep_set
from mnistlab.store.visitors import visitor_id
from mnistlab.ui.gate.allowances import Allowances
from mnistlab.ui.pages.lab import (
    administration,
    all_jobs,
    digit_sets,
    digits,
    machine,
    network_import,
    own_drawings,
    published,
)
from mnistlab.ui.pages.learn.together import door
from mnistlab.ui.shell import rights, visitors
from mnistlab.ui.shell.token_attempts import TokenAttempts

ANN, BOB = (visitor_id("browser", name) for name in ("ann", "bob"))
OURS = [(REFERENCE_FOLDER / name).read_bytes() for name in ("network.json", "weights.safetensors")]
ADMIN = "administrator"


@pytest.fixture
def session(monkeypatch):
    """What stands in the session of the visitor, Ann."""
    state = {}
    monkeypatch.setattr(visitors.st, "session_state", state)
    return state


@pytest.fixture
def lab(store: Store, monkeypatch, session):
    monkeypatch.setenv("MNISTLAB_LAB", "1")
    monkeypatch.setenv("MNISTLAB_ADMIN_TOKEN", "an administrator's token")
    settings.cache_clear()
    monkeypatch.setattr(visitors, "_proof", lambda: ("browser", "ann"))
    monkeypatch.setattr(type(visitors.st.context), "ip_address", property(lambda _: "192.0.2.1"))
    monkeypatch.setattr(visitors, "_names_chosen", Allowances(1, 3600.0))
    monkeypatch.setattr(visitors, "_token_attempts", TokenAttempts(visitor=1))
    monkeypatch.setattr(door, "_openings", Allowances(1, 3600.0))
    monkeypatch.setattr(door, "_tries", Allowances(1, 3600.0))
    monkeypatch.setattr(door, "_codes_refused", seldom_refused())
    # Outside of a page there is no address, and nothing may be fetched.
    monkeypatch.setattr(door, "go_to_class", lambda view, code: None)
    idle = SimpleNamespace(start=lambda *_: None, cancel=lambda: None)
    monkeypatch.setattr(published, "_fetching", lambda name: idle)
    return store


@pytest.fixture
def log(caplog):
    """The lines since it was asked last, without the states of runs."""
    caplog.set_level("INFO", AUDIT)
    return lambda: audited(caplog)


def failed(store: Store, seed: int, owner: str = BOB):
    run = store.create(small_training(seed=seed), "private words", owner)
    run.set_state("failed", "a power cut")
    return run


def acts_of_an_administrator(store, session):
    """Yield each act, its line, and the lines that it brings with it."""
    session[all_jobs.LONGEST] = 5
    run = failed(store, 1)
    code = Classrooms(store.home).open(BOB, "private words", []).path.name
    yield lambda: machine._end_worker("tcp://127.0.0.1:1", "long-0"), "worker ended", {"worker": "long-0"}, []
    yield lambda: all_jobs._close(True), "jobs stopped", {}, []
    yield lambda: all_jobs._close(False), "jobs taken again", {}, []
    yield all_jobs._limit, "longest job changed", {"seconds": 300}, []
    yield lambda: all_jobs._end_class(code), "class ended", {}, []
    yield all_jobs._resume_all, "all jobs resumed", {"count": 1}, []
    yield all_jobs._end_all, "all jobs ended", {"count": len(all_jobs._active())}, []
    yield lambda: administration._end(BOB, [run]), "jobs ended", {"visitor": BOB, "count": 1}, []
    gone = [("run deleted", {"run": run.id, "visitor": BOB, "by": ADMIN})]
    yield lambda: administration._remove(BOB), "visitor removed", {"visitor": BOB, "count": 1}, gone
    yield administration._forget_answers, "answers forgotten", {}, []
    yield digits._fetch_mnist, "MNIST asked for", {}, []
    yield lambda: published._fetch("kmnist"), "a published set asked for", {}, []
    yield lambda: published._cancel("kmnist"), "a published set no longer asked for", {}, []


def test_each_act_of_an_administrator_is_one_line(lab, session, log):
    session[visitors.ADMIN] = True
    for act, event, fields, more in acts_of_an_administrator(lab, session):
        log()
        act()
        assert log() == [(event, {**fields, "by": ADMIN}), *more]


def test_each_is_refused_to_others_with_one_line(lab, session, log):
    for act, event, fields, _ in acts_of_an_administrator(lab, session):
        log()
        with pytest.raises(RightsError, match="Only an administrator"):
            act()
        assert log() == [(REFUSED, {**fields, "reason": "not the administrator", "by": ANN})], event


def test_what_a_visitor_does_to_runs_is_one_line_each(lab, log):
    run = lab.create(small_training(), "private words", ANN)
    run.set_state("running")
    for control in ("pause", "resume", "stop"):
        rights.steer(run, control)
    rights.cancel(run)
    again = failed(lab, 1, ANN)
    rights.resume(again)
    rights.rename(again, "other private words")
    last = failed(lab, 2, ANN)
    rights.delete(last)
    about = {"visitor": ANN, "by": ANN}
    assert log() == [
        ("pause asked", {"run": run.id, **about}),
        ("resume asked", {"run": run.id, **about}),
        ("stop asked", {"run": run.id, **about}),
        ("cancel asked", {"run": run.id, **about}),
        ("resume asked", {"run": again.id, **about}),
        ("run renamed", {"run": again.id, **about}),
        ("run deleted", {"run": last.id, **about}),
    ]


def test_what_is_brought_is_deleted_left_or_refused_with_a_line(lab, log):
    network = import_network(lab.home, *OURS, "private words", ANN)
    data = keep_set(BroughtSet(made(2, 40, 12), ("a", "b")), "private words", ANN)
    import_network(lab.home, *OURS, "", BOB)
    keep_set(BroughtSet(made(2, 40, 12), ("a", "b")), "", BOB)
    log()
    network_import._delete(network)
    digit_sets._delete(data)
    for delete, name in ((network_import._delete, network), (digit_sets._delete, data)):
        with pytest.raises(RightsError, match="brought by somebody else"):
            delete(name)
    own = keep_set(BroughtSet(made(2, 40, 14), ("a", "b")), "", ANN)
    everybodys = failed(lab, 3, BOB)
    with pytest.raises(RightsError, match="is visitor"):
        rights.delete(everybodys)
    digit_sets._delete(own)
    assert log() == [
        ("network left", {"network": network, "visitor": ANN, "by": ANN}),
        ("digits left", {"data": data, "visitor": ANN, "by": ANN}),
        (REFUSED, {"network": network, "reason": "the network is another's", "by": ANN}),
        (REFUSED, {"data": data, "reason": "the set is another's", "by": ANN}),
        ("digits brought", {"data": own, "by": ANN}),
        (REFUSED, {"run": everybodys.id, "visitor": BOB, "reason": "the run is another's", "by": ANN}),
        ("digits deleted", {"data": own, "visitor": ANN, "by": ANN}),
    ]


def test_the_last_who_brought_a_network_deletes_it(lab, log):
    network = import_network(lab.home, *OURS, "private words", ANN)
    log()
    network_import._delete(network)
    assert log() == [("network deleted", {"network": network, "visitor": ANN, "by": ANN})]


def test_drawings_that_are_given_on_or_taken_out_are_logged(lab, session, log):
    for number, image in enumerate(sample_digits([1, 2, 3], 7)):
        Drawings(lab.home).keep(ANN, str(number), image)
    for shared in (True, False):
        session[own_drawings.SHARED] = shared
        own_drawings._share()
    own_drawings._take_out(1, "1")
    own_drawings._forget()
    assert log() == [
        ("drawings shared", {"by": ANN}),
        ("drawings no longer shared", {"by": ANN}),
        ("drawings deleted", {"visitor": ANN, "by": ANN, "count": 1}),
        ("drawings deleted", {"visitor": ANN, "by": ANN, "count": 2}),
    ]


def test_classes_are_logged(lab, session, log):
    door._open()
    (about,) = Classrooms(lab.home).all()
    room = Classrooms(lab.home).find(about.code)
    door._join(room)
    door.end_class(room)
    theirs = Classrooms(lab.home).open(BOB, "", [])
    with pytest.raises(RightsError, match="Only the teacher"):
        door.end_class(theirs)
    with pytest.raises(BusyError, match="Many classes"):
        door._open()
    for _ in range(4):
        door.look_for("BCDFGH")
    assert log() == [
        ("class opened", {"visitor": ANN}),
        ("class joined", {"visitor": ANN}),
        ("class ended", {"by": ANN}),
        (REFUSED, {"by": ANN, "reason": "not the class's teacher"}),
        (REFUSED, {"by": ANN, "reason": "many classes were opened at one address"}),
        (REFUSED, {"by": ANN, "reason": "many wrong codes of classes", "count": 1}),
    ]


def test_names_and_tokens_are_logged_without_them(lab, session, log):
    session["visitor.nickname"] = "private words"
    visitors._rename(ANN)
    with pytest.raises(RightsError, match="Many names"):
        visitors._rename(ANN)
    for _ in range(2):
        session[visitors.GIVEN] = "a guess"
        visitors._try_token()
    assert log() == [
        ("nickname chosen", {"visitor": ANN}),
        (REFUSED, {"by": ANN, "reason": "many names were chosen at one address"}),
        ("wrong administrator's token", {"by": ANN}),
        ("administrator's token not looked at: too many tries", {"by": ANN}),
    ]
