"""A lab: whose runs are whose, private or not, and the administrator; asked again in every callback."""

import contextlib
from pathlib import Path

import pytest
from support.audit_lines import audited
from support.recipes import small_training

from mnistlab.errors import BusyError, RightsError, StoreError
from mnistlab.logs import Seldom
from mnistlab.settings import settings
from mnistlab.store.imports import import_network, imports
from mnistlab.store.models import REFERENCE_FOLDER
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish
from mnistlab.store.visitors import Nicknames, visitor_id
from mnistlab.store.wishes import join
from mnistlab.ui.answers.job import run_of
from mnistlab.ui.shell import rights, services, visitors

ROOT = Path(__file__).parents[2]
LAB, TRAIN = "pages/lab.py", "pages/train.py"
TOKEN = "an administrator's token"
PROOF = visitors._proof
ANN, BOB = (visitor_id("browser", name) for name in ("ann", "bob"))


def set_up(monkeypatch, **variables):
    for name, value in {"LAB": "1", **variables}.items():
        monkeypatch.setenv(f"MNISTLAB_{name}", value)
    settings.cache_clear()


@pytest.fixture
def lab(store: Store, monkeypatch):
    """A lab whose visitor is Ann, until a test says otherwise."""
    set_up(monkeypatch)
    become(monkeypatch, "ann")
    come_from(monkeypatch, "192.0.2.1")
    monkeypatch.setattr(visitors, "_token_attempts", visitors.TokenAttempts(visitor=3, address=8, clock=lambda: 0.0))
    monkeypatch.setattr(visitors, "_names_chosen", visitors.Allowances(3, 3600.0))
    return store


def become(monkeypatch, name: str) -> None:
    monkeypatch.setattr(visitors, "_proof", lambda: ("browser", name))


def come_from(monkeypatch, address: str | None) -> None:
    monkeypatch.setattr(type(visitors.st.context), "ip_address", property(lambda _: address))


def texts(test) -> str:
    elements = [*test.markdown, *test.warning, *test.error, *test.info, *test.caption, *test.text]
    return "\n".join(element.value for element in elements)


def keys(test) -> set[str]:
    return {button.key for button in test.button}


def ended(store: Store, owner: str, name: str, seed: int = 0):
    run = store.create(small_training(seed=seed), name, owner)
    run.set_state("failed", "why")
    return run


def test_another_visitor_looks_but_does_not_touch(visit, lab, monkeypatch):
    mine, theirs = ended(lab, ANN, "mine"), ended(lab, BOB, "theirs")
    Nicknames(lab.home).choose(BOB, "Bob *the* <b>bold</b>")
    test = visit(LAB)
    assert {f"lab.delete.{mine.id}", f"lab.resume.{mine.id}"} <= keys(test)
    assert not {key for key in keys(test) if key and theirs.id in key}
    assert r"by Bob \*the\* \<b\>bold\</b\>" in texts(test)
    test = visit(TRAIN, run=theirs.id)
    assert "look at it, and copy what you like" in texts(test)
    assert "run.refill" in keys(test)
    assert not {"run.delete", "run.rename", "run.resume"} & keys(test)


@pytest.mark.parametrize("action", ["cancel", "resume", "rename", "delete", "steer"])
def test_a_button_that_is_not_drawn_is_refused_all_the_same(lab, action):
    run = ended(lab, BOB, "theirs")
    arguments = {"rename": ("mine now",), "steer": ("pause",)}.get(action, ())
    with pytest.raises(RightsError, match="theirs"):
        getattr(rights, action)(run, *arguments)
    assert run.state().name == "failed"
    assert run.name() == "theirs"
    assert run.requested() is None


def test_ones_own_and_everybodys_runs_can_be_changed(lab):
    for run in (ended(lab, ANN, "mine"), ended(lab, "", "from the command line")):
        rights.rename(run, "renamed")
        assert run.name() == "renamed"
        rights.delete(run)
    assert lab.runs() == []


def test_who_joined_may_leave_and_who_owns_hands_over(lab, monkeypatch):
    recipe = small_training(seed=5)
    run = rights.start(recipe, "shared").run
    become(monkeypatch, "bob")
    assert not rights.start(recipe, "shared").is_new
    become(monkeypatch, "ann")
    with pytest.raises(RightsError, match="Others wait"):
        rights.steer(run, "pause")
    rights.cancel(run)
    assert (run.owner(), run.joined(), run.state().name) == (BOB, [], "queued")
    become(monkeypatch, "bob")
    rights.cancel(run)
    assert run.state().name == "cancelled"


def test_the_page_tells_who_finds_the_same_training_at_work(visit, lab, monkeypatch):
    test = visit(TRAIN)
    button = next(button for button in test.button if button.label == "Start")
    button.click().run()
    first = test.query_params["run"]
    become(monkeypatch, "bob")
    test = visit(TRAIN)
    assert "a guess: nothing similar has run here yet" in texts(test)
    next(button for button in test.button if button.label == "Start").click().run()
    assert test.query_params["run"] == first
    assert "You already have this training" in texts(test)
    assert "run.leave" in keys(test)


def test_a_full_queue_is_said_on_the_page(visit, lab, monkeypatch):
    set_up(monkeypatch, QUEUED_PER_VISITOR="0")
    services.engine().settings = settings()
    services.engine().start(small_training(seed=1), "", ANN)
    test = visit(TRAIN)
    next(button for button in test.button if button.label == "Start").click().run()
    assert "You have 1 jobs at work or waiting" in texts(test)
    assert len(lab.runs()) == 1


def test_a_private_lab_shows_others_nothing(visit, lab, monkeypatch):
    mine, theirs = ended(lab, ANN, "mine"), ended(lab, BOB, "a secret name")
    set_up(monkeypatch, PRIVATE="1")
    test = visit(LAB)
    assert "1 run" in texts(test)
    assert "a secret name" not in texts(test)
    for page, parameters in ((TRAIN, {"run": theirs.id}), ("app.py", {"model": theirs.id})):
        shown = texts(visit(page, **parameters))
        assert "There is no" in shown
        assert "a secret name" not in shown
    assert f"lab.delete.{mine.id}" in keys(visit(LAB))
    with pytest.raises(Exception, match="There is no"):
        rights.start(small_training(initial=theirs.id), "")


def test_outside_of_a_lab_everything_is_ones_own(visit, store):
    run = ended(store, BOB, "from a lab before")
    test = visit(LAB)
    assert f"lab.delete.{run.id}" in keys(test)
    assert not any(tab.label == "Administration" for tab in test.tabs)


def test_only_the_token_opens_the_administrators_view(visit, lab, monkeypatch):
    theirs = ended(lab, BOB, "theirs")
    assert "has no administrator" in texts(visit(LAB))
    set_up(monkeypatch, ADMIN_TOKEN=TOKEN)
    test = visit(LAB)
    assert f"admin.remove.{BOB}" not in keys(test)
    give_token(test, "wrong")
    assert "not the administrator's token" in texts(test)
    # It is not said again with whatever comes next.
    assert "not the administrator's token" not in texts(test.run())
    give_token(test, TOKEN)
    assert {f"admin.remove.{BOB}", f"lab.delete.{theirs.id}"} <= keys(test)
    assert TOKEN not in repr(test.session_state)
    test.button(key=f"admin.remove.{BOB}").click().run()
    assert lab.runs() == []
    assert not test.exception


def give_token(test, token):
    test.text_input(key="visitor.given").set_value(token)
    next(button for button in test.button if button.label == "Come in").click().run()


def try_token(test, token, times=1):
    for _ in range(times):
        give_token(test, token)
    return "Too many tokens" in texts(test)


def is_in(test) -> bool:
    return "Here all runs, workers and visitors are yours" in texts(test)


def test_wrong_tokens_lock_out_who_sent_them_and_not_the_teacher(visit, lab, monkeypatch):
    set_up(monkeypatch, ADMIN_TOKEN=TOKEN)
    student = visit(LAB)
    assert try_token(student, "wrong", 4)
    assert try_token(student, TOKEN), "the right one comes too late"
    assert not is_in(student)
    become(monkeypatch, "the teacher, in the same room")
    teacher = visit(LAB)
    try_token(teacher, TOKEN)
    assert is_in(teacher)


def test_who_makes_up_visitors_is_locked_out_by_address(visit, lab, monkeypatch):
    set_up(monkeypatch, ADMIN_TOKEN=TOKEN)
    locked = []
    for number in range(9):
        become(monkeypatch, f"made up {number}")
        # One who writes all addresses of a network of IPv6 is one.
        come_from(monkeypatch, f"2001:db8:0:1::{number + 1:x}")
        locked.append(try_token(visit(LAB), "wrong"))
    assert locked == [False] * 8 + [True]
    become(monkeypatch, "the teacher")
    come_from(monkeypatch, None)
    teacher = visit(LAB)
    try_token(teacher, TOKEN)
    assert is_in(teacher), "at the server itself"


def test_no_one_takes_all_nicknames(lab, monkeypatch, caplog):
    caplog.set_level("INFO", "mnistlab.audit")
    monkeypatch.setattr(visitors.st, "session_state", {"visitor.nickname": "Eve"})
    for number in range(3):
        visitors._rename(f"{number:016x}")
    with pytest.raises(RightsError, match="from your network"):
        visitors._rename(f"{4:016x}")
    assert (caplog.records[-1].getMessage(), caplog.records[-1].by) == ("visitor refused", f"{4:016x}")
    come_from(monkeypatch, "192.0.2.2")
    visitors._rename(ANN)
    assert Nicknames(lab.home).of(ANN) == "Eve"


def test_addresses_count_only_where_a_visitor_is_but_a_cookie(lab, monkeypatch):
    here = visitors.network()
    assert here
    assert "192.0.2.1" not in here
    come_from(monkeypatch, "192.0.2.2")
    assert visitors.network() != here
    come_from(monkeypatch, "::ffff:192.0.2.1")
    assert visitors.network() == here
    set_up(monkeypatch, LOGIN="oidc")
    assert visitors.network() == ""
    set_up(monkeypatch, LOGIN="none", LAB="0")
    assert visitors.network() == ""


def test_a_newcomer_gets_in_where_one_with_many_cookies_has_filled_the_queue(visit, lab, monkeypatch):
    set_up(monkeypatch, QUEUE_LENGTH="3", QUEUED_PER_VISITOR="2")
    services.engine().settings = settings()
    for number in range(12):
        become(monkeypatch, f"made up {number % 4}")
        with contextlib.suppress(BusyError):
            rights.start(small_training(seed=number), "")
    active = len(lab.runs())
    assert active == 4
    become(monkeypatch, "bob")
    come_from(monkeypatch, "192.0.2.2")
    test = visit(TRAIN)
    next(button for button in test.button if button.label == "Start").click().run()
    assert "full" not in texts(test)
    assert len(lab.runs()) == active + 1


def test_going_on_with_many_runs_is_no_way_around_the_limits(lab, monkeypatch, caplog):
    caplog.set_level("INFO", "mnistlab.audit")
    set_up(monkeypatch, QUEUED_PER_VISITOR="1")
    services.engine().settings = settings()
    runs = [ended(lab, ANN, "mine", seed) for seed in range(4)]
    for run in runs[:2]:
        rights.resume(run)
    with pytest.raises(BusyError, match="You have 2 jobs"):
        rights.resume(runs[2])
    assert [run.state().name for run in runs] == ["queued", "queued", "failed", "failed"]
    assert [record.visitor for record in caplog.records if record.getMessage() == "job refused"] == [ANN]


def test_an_administrator_ends_jobs(visit, lab, monkeypatch):
    set_up(monkeypatch, ADMIN_TOKEN=TOKEN)
    run = services.engine().start(small_training(), "long", BOB).run
    test = visit(LAB)
    give_token(test, TOKEN)
    test.button(key=f"admin.end.{BOB}").click().run()
    assert run.state().name == "cancelled"


def test_a_nickname_is_chosen_and_shown(visit, lab):
    test = visit(LAB)
    test.text_input(key="visitor.nickname").set_value("Ann [x](http://evil.example)")
    next(button for button in test.button if button.label == "Use this name").click().run()
    assert Nicknames(lab.home).of(ANN) == "Ann [x](http://evil.example)"
    assert not test.exception


def test_without_the_proxys_header_there_is_no_page(store, monkeypatch, caplog):
    from streamlit.testing.v1 import AppTest

    caplog.set_level("INFO", "mnistlab.audit")
    set_up(monkeypatch, LOGIN="header", USER_HEADER="X-Forwarded-User")
    monkeypatch.setattr(visitors, "_nameless", Seldom("turned away: the proxy did not say who this is"))
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert "through its proxy" in test.error[0].value
    assert ("turned away: the proxy did not say who this is", {"count": 1}) in audited(caplog)
    assert len(test.get("html")) == 1


def test_a_header_is_believed_only_where_the_settings_say_so(lab, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(
        visitors.st, "context", type("Context", (), {"headers": {"X-Forwarded-User": "root"}, "cookies": {}})
    )
    set_up(monkeypatch, LOGIN="header", USER_HEADER="X-Forwarded-User")
    assert PROOF() == ("header", "root")
    monkeypatch.delenv("MNISTLAB_LOGIN")
    monkeypatch.delenv("MNISTLAB_USER_HEADER")
    settings.cache_clear()
    monkeypatch.setattr(visitors.st, "session_state", {})
    source, token = PROOF()
    assert source == "browser"
    assert token != "root"


def test_imported_networks_belong_to_who_brought_them(visit, lab, monkeypatch):
    files = [(REFERENCE_FOLDER / name).read_bytes() for name in ("network.json", "weights.safetensors")]
    known = import_network(lab.home, *files, "the same again", BOB)
    test = visit(LAB)
    assert f"lab.use.{known}" in keys(test)
    assert f"lab.delete.{known}" not in keys(test)
    test.button(key=f"lab.use.{known}").click().run()
    assert test.query_params["model"] == known
    become(monkeypatch, "bob")
    visit(LAB).button(key=f"lab.delete.{known}").click().run()
    assert imports(lab.home) == []


def test_the_figures_are_shown_to_everybody(visit, lab):
    ended(lab, ANN, "mine")
    from mnistlab.ui.server.metrics import as_text, figures

    text = as_text(figures(lab, services.engine()))
    assert 'mnistlab_runs{state="failed"} 1' in text
    assert "mine" not in text
    assert ANN not in text
    names = [line.split("{")[0].split(" ")[0] for line in text.splitlines() if not line.startswith("#")]
    assert names == sorted(names), "all lines of one name stand together"


def press_start(test):
    next(button for button in test.button if button.label == "Start").click().run()
    assert not test.exception
    return test


def test_deleting_what_others_joined_leaves_it_to_them(visit, lab, monkeypatch):
    run = ended(lab, ANN, "mine")
    join(run, BOB, "Bob's own")
    test = visit(TRAIN, run=run.id)
    assert "Others asked for the same: it will be theirs." in texts(test)
    test.button(key="run.delete").click().run()
    assert (run.owner(), run.joined(), run.state().name) == (BOB, [], "failed")
    assert "run" not in test.query_params
    assert f"lab.delete.{run.id}" not in keys(visit(LAB))
    become(monkeypatch, "bob")
    rights.delete(run)
    assert lab.runs() == []


def test_outside_of_a_lab_deleting_is_for_good(visit, store):
    run = ended(store, ANN, "from a lab before")
    join(run, BOB, "")
    rights.delete(run)
    assert store.runs() == []


def test_removing_a_visitor_leaves_to_others_what_they_asked_for_too(visit, lab, monkeypatch):
    set_up(monkeypatch, ADMIN_TOKEN=TOKEN)
    shared, own, anns = ended(lab, BOB, "shared"), ended(lab, BOB, "own", 1), ended(lab, ANN, "Ann's", 2)
    waiting = services.engine().start(small_training(seed=9), "long", BOB).run
    for run, other in ((shared, ANN), (anns, BOB), (waiting, ANN)):
        join(run, other, "theirs")
    test = visit(LAB)
    give_token(test, TOKEN)
    test.button(key=f"admin.remove.{BOB}").click().run()
    assert not test.exception
    assert {run.id for run in lab.runs()} == {shared.id, anns.id, waiting.id}
    assert not own.path.exists()
    assert [(run.owner(), run.joined()) for run in (shared, anns, waiting)] == [(ANN, [])] * 3
    assert waiting.state().name == "queued"


def test_names_are_numbered_by_visitor(visit, lab, monkeypatch):
    Nicknames(lab.home).choose(ANN, "Ada")
    for seed in ("1", "2"):
        press_start(visit(TRAIN, seed=seed))
    become(monkeypatch, "bob")
    press_start(visit(TRAIN, seed="3"))
    assert sorted(run.name() for run in lab.runs()) == [
        "Ada's training 1",
        "Ada's training 2",
        f"Training 1 of visitor {BOB[:4]}",
    ]


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_somebodys_run_shows_its_own_recipe(visit, lab, state):
    recipe = small_training(epochs=7, learning_rate=0.02)
    run = services.engine().start(recipe, "theirs", BOB).run
    if state == "failed":
        run.set_state("failed", "why")
    test = visit(TRAIN, run=run.id, epochs="3")
    shown = texts(test).replace("\\", "")
    for words in ("Epochs: 7", "Learning rate: 0.02", "Convolution 1, maps: 4", "Training digits: 500"):
        assert words in shown
    assert [expander.label for expander in test.expander][-2:] == [
        "Layers of the choices on the left",
        "This run's recipe as JSON",
    ]
    assert test.code[0].value == recipe.to_json().strip()
    assert test.slider(key="train.epochs").value == 3
    test.button(key="run.refill").click().run()
    assert test.slider(key="train.epochs").value == 7


@pytest.mark.parametrize("state", ["queued", "finished", "failed"])
def test_an_equal_wish_in_a_private_lab_shows_nothing_of_the_others(visit, lab, monkeypatch, state):
    set_up(monkeypatch, PRIVATE="1")
    Nicknames(lab.home).choose(ANN, "Anastasia")
    Nicknames(lab.home).choose(BOB, "Bob")
    recipe = small_training(seed=5)
    run = rights.start(recipe, "a secret name").run
    if state == "finished":
        run.set_state(state)
    become(monkeypatch, "bob")
    assert "There is no run" in texts(visit(TRAIN, run=run.id))
    admitted = rights.start(recipe, "")
    assert (admitted.run.id, admitted.is_new) == (run.id, True)
    if state == "failed":
        run.set_state(state, "why")
    pages = [visit(LAB), visit(TRAIN, run=run.id), visit(TRAIN)]
    shown = "\n".join(texts(page) + repr([link.label for link in page.get("page_link")]) for page in pages)
    compared = [option for page in pages for box in page.selectbox for option in box.options]
    for telltale in ("secret", "Anastasia", ANN, ANN[:4], "started the same", "Others"):
        assert telltale not in shown
        assert telltale not in repr(compared)
    assert "Bob's training 1" in shown.replace("\\", "")
    if state == "queued":
        assert "run.cancel" in keys(pages[1])
        assert not {"run.pause", "run.stop", "run.leave"} & keys(pages[1])
    else:
        rights.rename(services.store().get(run.id), "Bob's own")
        assert (services.store().get(run.id).name(), run.name()) == ("Bob's own", "a secret name")
    with pytest.raises(RightsError) as refused:
        rights.steer(services.store().get(run.id), "pause")
    assert "Anastasia" not in str(refused.value)
    (rights.cancel if state == "queued" else rights.delete)(services.store().get(run.id))
    assert services.store().runs() == []
    become(monkeypatch, "ann")
    assert services.store().get(run.id).name() == "a secret name"
    assert services.store().get(run.id).joined() == []


def test_a_job_of_another_in_a_private_lab_is_met_only_by_asking_for_it(lab, monkeypatch):
    set_up(monkeypatch, PRIVATE="1")
    recipe = small_training(seed=5)
    rights.start(recipe, "a secret name")
    become(monkeypatch, "bob")
    assert run_of(Wish.of(recipe, services.store())) is None
    rights.start(recipe, "mine")
    assert run_of(Wish.of(recipe, services.store())).name() == "mine"


def test_a_network_brought_by_two_is_each_ones_own(visit, lab, monkeypatch):
    files = [(REFERENCE_FOLDER / name).read_bytes() for name in ("network.json", "weights.safetensors")]
    set_up(monkeypatch, PRIVATE="1")
    known = import_network(lab.home, *files, "a secret name", BOB)
    assert f"lab.use.{known}" not in keys(visit(LAB, model=known))
    assert "secret" not in texts(visit(LAB, model=known)) + services.about_network(known)[0]
    import_network(lab.home, *files, "mine", ANN)
    test = visit(LAB)
    assert "mine" in texts(test)
    assert "secret" not in texts(test)
    test.button(key=f"lab.delete.{known}").click().run()
    assert f"lab.use.{known}" not in keys(visit(LAB))
    become(monkeypatch, "bob")
    assert services.about_network(known) == ("a secret name", BOB)
    become(monkeypatch, "ann")
    import_network(lab.home, *files, "mine", ANN)
    become(monkeypatch, "bob")
    visit(LAB).button(key=f"lab.delete.{known}").click().run()
    become(monkeypatch, "ann")
    assert services.about_network(known) == ("mine", ANN)
    visit(LAB).button(key=f"lab.delete.{known}").click().run()
    assert imports(lab.home) == []


@pytest.mark.parametrize(
    ("variables", "said", "unsaid"),
    [
        ({}, ("Others can look at them", "no login"), ("Nobody",)),
        ({"PRIVATE": "1"}, ("Nobody sees your runs", "no login"), ("Others can look",)),
        (
            {"LOGIN": "header", "USER_HEADER": "X-User"},
            ("Others can look", "belong to your login"),
            ("has your browser",),
        ),
        (
            {"PRIVATE": "1", "LOGIN": "header", "USER_HEADER": "X-User"},
            ("Nobody sees your runs", "belong to your login"),
            ("Others can look", "has your browser"),
        ),
    ],
)
def test_what_is_said_of_ones_name_is_true_in_each_mode(visit, lab, monkeypatch, variables, said, unsaid):
    set_up(monkeypatch, **variables)
    monkeypatch.setattr(visitors, "require_visitor", lambda: None)
    monkeypatch.setattr("mnistlab.ui.shell.frame.require_visitor", lambda: None)
    shown = texts(visit(LAB))
    assert [part for part in said if part not in shown] == []
    assert [part for part in unsaid if part in shown] == []


def test_a_page_stops_before_a_newer_store(store, monkeypatch):
    from streamlit.testing.v1 import AppTest

    store.home.mkdir(exist_ok=True)
    (store.home / "store.json").write_text('{"format": 99}')
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert "written by a newer mnistlab" in test.error[0].value
    assert not test.exception
    assert len(test.get("html")) == 1


@pytest.mark.parametrize("control", ["pause", "resume", "stop"])
def test_a_cancel_is_not_taken_back_by_a_press_on_a_page_that_was_drawn_before(lab, monkeypatch, control):
    run = lab.create(small_training(), "Ann's", ANN)
    run.set_state("running")
    run.request("cancel")
    rights.steer(run, control)
    assert run.requested() == "cancel"


def test_a_cancelled_run_that_its_app_left_is_not_resumed(lab, monkeypatch):
    run = ended(lab, ANN, "mine")
    run.request("cancel")
    with pytest.raises(StoreError, match="has been cancelled"):
        rights.resume(run)
    assert (run.state().name, run.requested()) == ("failed", "cancel")


def test_acts_are_logged_with_who_did_them_and_no_names(visit, lab, monkeypatch, caplog):
    set_up(monkeypatch, ADMIN_TOKEN=TOKEN)
    caplog.set_level("INFO", "mnistlab.audit")
    Nicknames(lab.home).choose(BOB, "Robert")
    mine, theirs = ended(lab, ANN, "private words"), ended(lab, BOB, "other words", 1)
    rights.rename(mine, "still private words")
    with pytest.raises(RightsError):
        rights.delete(theirs)
    rights.delete(mine)
    test = visit(LAB)
    for given in ("wrong", TOKEN):
        give_token(test, given)
    test.button(key=f"admin.remove.{BOB}").click().run()
    next(button for button in test.button if button.label == "Forget kept answers").click().run()
    audited = [record for record in caplog.records if record.name == "mnistlab.audit"]
    told = [(record.getMessage(), getattr(record, "by", ""), getattr(record, "run", "")) for record in audited]
    assert [line for line in told if line[0] != "run state"] == [
        ("run renamed", ANN, mine.id),
        ("visitor refused", ANN, theirs.id),
        ("run deleted", ANN, mine.id),
        ("wrong administrator's token", ANN, ""),
        ("administrator came in", ANN, ""),
        ("visitor removed", "administrator", ""),
        ("run deleted", "administrator", theirs.id),
        ("answers forgotten", "administrator", ""),
    ]
    everything = repr([record.__dict__ for record in audited])
    for words in ("Robert", "words", TOKEN, "wrong'"):
        assert words not in everything
