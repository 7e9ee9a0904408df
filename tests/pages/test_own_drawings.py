"""Drawings on the page Lab: kept with a name, looked through, given on by consent, made a set."""

import pytest

from mnistlab.data.embedded import sample_digits
from mnistlab.recipes.data_sets import data_set
from mnistlab.set_files.drawings import Drawings
from mnistlab.settings import settings
from mnistlab.store.sets import about_set, sets
from mnistlab.ui.pages.lab import own_drawings
from mnistlab.ui.shell import visitors

LAB = "pages/lab.py"
TEN = sample_digits([number % 10 for number in range(20)], 7)
LINE = [[500, 100, 500, 900]]


def texts(test) -> str:
    elements = [*test.markdown, *test.warning, *test.error, *test.info, *test.caption]
    return "\n".join(element.value for element in elements)


def press(test, label):
    next(button for button in test.button if button.label == label).click().run()
    assert not test.exception
    return test


@pytest.fixture
def pad(monkeypatch):
    """The pad, which AppTest cannot drive: its strokes."""
    strokes = [LINE]
    monkeypatch.setattr(own_drawings, "strokes_of", lambda key: strokes[0])
    return strokes


def collect(home, visitor="", count=20):
    for number in range(count):
        Drawings(home).keep(visitor, str(number % 10), TEN[number])


def test_a_drawing_is_kept_by_its_name_and_taken_out(visit, store, pad):
    test = visit(LAB)
    assert "Nothing is kept yet" in texts(test)
    press(test, "Keep the drawing")
    assert "Say what the drawing is" in texts(test)
    test.text_input(key="lab.drawings.label").set_value("a *house*")
    press(test, "Keep the drawing")
    assert "1 kept: 1 of “a \\*house\\*”" in texts(test)
    (kept,) = Drawings(store.home).of("").drawings
    assert (kept.label, kept.image.shape) == ("a *house*", (28, 28))
    pad[0] = [["x"]]
    press(test, "Keep the drawing")
    assert "something that is no drawing" in texts(test)
    pad[0] = []
    assert test.run().button(key="lab.drawings.keep").disabled
    press(test, "Take it out")
    assert Drawings(store.home).of("").drawings == ()


def test_what_was_looked_at_is_taken_out_and_nothing_else(visit, store):
    collect(store.home, count=12)
    test = visit(LAB)
    test.selectbox(key="lab.drawings.out.12").set_value(3).run()
    # Another tab has taken one out before it.
    Drawings(store.home).take_out("", 0, "0")
    press(test, "Take it out")
    assert "not there any more" in texts(test)
    test.selectbox(key="lab.drawings.out.11").set_value(2).run()
    press(test, "Take it out")
    labels = [one.label for one in Drawings(store.home).of("").drawings]
    assert labels == ["1", "2", "4", "5", "6", "7", "8", "9", "0", "1"]


@pytest.mark.parametrize("use", ["train", "test"])
def test_a_set_is_made_of_them(visit, store, use):
    collect(store.home)
    test = visit(LAB)
    test.selectbox(key="lab.drawings.use").set_value(use)
    test.text_input(key="lab.drawings.name").set_value("Ours")
    press(test, "Make a set of these 20 drawings")
    (name,) = sets()
    assert about_set(name)[0] == "Ours"
    assert data_set(name).test == (20 if use == "test" else 3)
    assert "The set “Ours” is here" in texts(test)
    test.run()
    assert test.selectbox(key="lab.sets.look").value == name
    press(test, "Remove them all")
    assert "Nothing is kept yet" in texts(test)
    assert sets() == [name]


@pytest.fixture
def lab(monkeypatch):
    """A lab; returns a function that makes somebody its visitor, and returns their id."""
    monkeypatch.setenv("MNISTLAB_LAB", "1")
    settings.cache_clear()

    def come(name):
        monkeypatch.setattr(visitors, "_proof", lambda: ("browser", name))
        return visitors.visitor_id("browser", name)

    return come


def test_others_are_given_what_somebody_consents_to(visit, store, lab):
    ann = lab("ann")
    collect(store.home, ann)
    test = visit(LAB)
    assert "of others" not in texts(test)
    test.checkbox(key="lab.drawings.shared").check().run()
    assert Drawings(store.home).of(ann).shared
    lab("bob")
    test = visit(LAB)
    assert ann not in texts(test)
    choice = test.checkbox(key="lab.drawings.others")
    assert choice.label == "Take the drawings of another visitor as well (20)"
    choice.check().run()
    assert "20 kept" in texts(test)
    # She takes it back before he has pressed the button.
    Drawings(store.home).share(ann, False)
    press(test, "Make a set of these 20 drawings")
    assert sets() == []
    assert "There is no drawing yet" in texts(test)
    Drawings(store.home).share(ann, True)
    test = visit(LAB)
    test.checkbox(key="lab.drawings.others").check().run()
    press(test, "Make a set of these 20 drawings")
    assert len(sets()) == 1


def test_in_a_private_lab_nobody_is_asked_for_others_drawings(visit, store, lab, monkeypatch):
    monkeypatch.setenv("MNISTLAB_PRIVATE", "1")
    settings.cache_clear()
    ann = lab("ann")
    collect(store.home, ann)
    Drawings(store.home).share(ann, True)
    lab("bob")
    test = visit(LAB)
    assert not [one for one in test.checkbox if one.key == "lab.drawings.others"]
