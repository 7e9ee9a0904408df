"""Every door of the pages says which network address a visitor comes from, so that made-up visitors of one take no more than its half."""

import pytest
from support.dreams import photo, saved

from mnistlab.data.embedded import sample_digits
from mnistlab.data.photos import normalised
from mnistlab.errors import MnistlabError
from mnistlab.set_files import drawings
from mnistlab.settings import settings
from mnistlab.store import classroom, classrooms, learning, verdicts
from mnistlab.store import visitors as nicknames
from mnistlab.store.classrooms import Classrooms
from mnistlab.store.runs import Store
from mnistlab.store.visitors import visitor_id
from mnistlab.ui.gate.allowances import Allowances
from mnistlab.ui.pages.classes import wrong_labels
from mnistlab.ui.pages.dream import form
from mnistlab.ui.pages.lab import own_drawings
from mnistlab.ui.pages.learn import own_way
from mnistlab.ui.pages.learn.together import door
from mnistlab.ui.parts.complaints import COMPLAINTS
from mnistlab.ui.shell import visitors

HALF = "half of all that there is room for, came from your internet address"


@pytest.fixture
def come(store: Store, monkeypatch):
    """Come as somebody, from an address, with an empty session."""
    monkeypatch.setenv("MNISTLAB_LAB", "1")
    settings.cache_clear()
    limits = (
        (learning, "MOST_LEARNERS"),
        (verdicts, "MOST_FILES"),
        (drawings, "MOST_COLLECTIONS"),
        (nicknames, "MOST_NICKNAMES"),
        (classroom, "MOST_MEMBERS"),
        (classrooms, "MOST_CLASSES"),
    )
    for module, most in limits:
        monkeypatch.setattr(module, most, 2)
    monkeypatch.setattr(visitors, "_names_chosen", Allowances(100, 3600.0))
    monkeypatch.setattr(door, "_openings", Allowances(100, 3600.0))
    monkeypatch.setattr(door, "go_to_class", lambda view, code: None)
    monkeypatch.setattr(wrong_labels, "change_view", lambda *_, **__: None)

    def come(name: str, address: str) -> str:
        monkeypatch.setattr(visitors.st, "session_state", {})
        monkeypatch.setattr(visitors, "_proof", lambda: ("browser", name))
        monkeypatch.setattr(type(visitors.st.context), "ip_address", property(lambda _: address))
        return visitor_id("browser", name)

    return come


def choose_a_name(me: str) -> None:
    visitors.st.session_state["visitor.nickname"] = "Ann"
    visitors._rename(me)


def draw(me: str) -> None:
    own_drawings._own().keep(me, "7", sample_digits([7], 1)[0])


def join(me: str) -> None:
    (about, *_) = Classrooms(settings().home).all()
    door._join(Classrooms(settings().home).find(about.code))


@pytest.mark.parametrize(
    "enter",
    [
        lambda me: own_way.keep("numbers", "pixel", 7),
        lambda me: own_way.throw_again("numbers"),
        lambda me: wrong_labels._judge("", "embedded", 1, "wrong"),
        draw,
        choose_a_name,
        lambda me: door._open(),
        join,
    ],
    ids=["answer", "another case", "verdict", "drawing", "nickname", "class", "member"],
)
def test_a_second_visitor_of_an_address_finds_its_half_taken_and_one_of_another_a_place(enter, come, store):
    def said(name: str, address: str) -> str:
        me = come(name, address)
        try:
            enter(me)
        except MnistlabError as error:
            return str(error)
        return " ".join(visitors.st.session_state.get(COMPLAINTS, []))

    if enter is join:
        Classrooms(store.home).open(visitor_id("browser", "teacher"), "", [])
    assert said("ann", "192.0.2.1") == ""
    assert HALF in said("bob", "192.0.2.1")
    assert said("carl", "192.0.2.2") == ""


def test_a_picture_to_dream_in_comes_from_an_address(come, store, monkeypatch):
    monkeypatch.setattr(form, "change_view", lambda *_, **__: None)
    first, *more = (normalised(saved(photo(20, 30, seed))) for seed in range(6))
    monkeypatch.setattr("mnistlab.carving.photos.MOST_KEPT_BYTES", len(first) + 2 * max(map(len, more)))
    come("ann", "192.0.2.1")
    form._take_picture(first)
    (kept,) = (store.home / "pictures").iterdir()
    come("bob", "192.0.2.2")
    for content in more:
        form._take_picture(content)
    assert kept.exists()
    assert len(list(kept.parent.iterdir())) == 3
