"""Sets of digits that somebody brings: in on the page Lab, chosen beside the network in use, trained on, shown by the names of their classes."""

from types import SimpleNamespace

import numpy as np
import pytest
from support.layers import answering_engine, make_run
from support.set_files import NAMES, made, npy, npz
from support.tables import tables

from mnistlab.recipes.data_sets import data_set
from mnistlab.settings import settings
from mnistlab.store.sets import BroughtSet, about_set, delete_set, keep_set, sets
from mnistlab.ui.pages.lab import digit_sets, published
from mnistlab.ui.shell import services, visitors

LAB, TRAIN, ACTIVATIONS, CLASSES = (f"pages/{name}.py" for name in ("lab", "train", "activations", "classes"))
SET = made()
TWO = made(2, 120, 40)
SIDEBAR = "shell.digits"


def kept(arrays=SET, names=NAMES, title="Clothes", owner=""):
    return keep_set(BroughtSet(arrays, names), title, owner)


def texts(test) -> str:
    elements = [*test.markdown, *test.warning, *test.error, *test.info, *test.caption, *test.text]
    return "\n".join(element.value for element in elements)


def facts(test) -> str:
    return "\n".join(element.proto.body for element in test.sidebar.get("html"))


def brought(visit, *files, classes=""):
    test = visit(LAB)
    test.file_uploader(key="lab.sets.files").set_value(list(files))
    test.text_input(key="lab.sets.name").set_value("Clothes *of* mine")
    test.text_input(key="lab.sets.classes").set_value(classes)
    next(button for button in test.button if button.label == "Bring").click().run()
    assert not test.exception
    return test


def test_a_file_becomes_a_set_and_is_looked_at(visit, store):
    arrays = SET | {"x_test": np.concatenate([SET["x_test"][:38], SET["x_train"][:1]])}
    test = brought(visit, ("clothes.npz", npz(**arrays), ""), classes=", ".join(NAMES))
    (name,) = sets()
    assert about_set(name)[0] == "Clothes *of* mine"
    assert "130 training and 39 test digits in 13 classes" in texts(test)
    assert "1 of the 39 test digits is one of the training digits" in texts(test)
    assert test.selectbox(key="lab.sets.look").value == name
    (table,) = [table for table in tables(test) if "Training" in table]
    assert table["Class"] == list(NAMES)
    assert table["Training"] == ["10 (7.7 %)"] * 13


def test_two_files_that_belong_together_become_a_set(visit, store):
    brought(visit, ("x.npy", npy(SET["x_train"]), ""), ("y.npy", npy(SET["y_train"]), ""))
    assert len(sets()) == 1


def test_a_set_larger_than_a_picture_may_be_is_read_and_one_too_large_is_said(visit, store, monkeypatch):
    """Fashion-MNIST's training pictures are 26 MB packed, Keras' mnist.npz is 11.5."""
    chance = np.random.default_rng(0)
    large = {"x": chance.integers(0, 256, (16_000, 28, 28), np.uint8), "y": np.arange(16_000) % 10}
    content = npz(**large)
    assert len(content) > 12_000_000
    assert "13,714 training and 2,286 test digits" in texts(brought(visit, ("large.npz", content, "")))
    monkeypatch.setattr(digit_sets, "MOST_BYTES", len(content) - 1)
    assert "too large" in texts(brought(visit, ("large.npz", content, "")))
    assert len(sets()) == 1


def test_what_is_no_set_is_said(visit, store):
    assert "no digits" in texts(brought(visit, ("a.npz", b"none", "")))
    assert "A set is one file" in texts(brought(visit))
    assert sets() == []


def test_a_network_brings_its_set_and_names_of_classes(visit, store, monkeypatch):
    answering_engine(monkeypatch)
    run = make_run(store, 1, kept())
    test = visit(ACTIVATIONS, model=run.id)
    assert "Clothes" in facts(test)
    assert f"a {NAMES[4]}" in texts(test)
    read = next(element.value for element in test.markdown if element.value.startswith("**reads "))
    assert read.removeprefix("**reads ").rstrip("*") in NAMES
    assert "learned from" not in texts(test)
    test = visit(ACTIVATIONS, model=run.id, **{"act.tab": "mute"})
    words = "Without changes: The network reads "
    (said,) = [element.value for element in test.main.caption if element.value.startswith(words)]
    assert said.removeprefix(words).startswith(NAMES)
    test = visit(CLASSES, model=run.id)
    assert any(name in texts(test) for name in NAMES)
    test = visit(CLASSES, model=run.id, **{"cls.tab": "points"})
    assert test.selectbox(key="cls.label_a").options == list(NAMES)


def test_a_set_of_as_many_classes_is_chosen_in_the_sidebar(visit, store, monkeypatch):
    answering_engine(monkeypatch)
    ten = made(10)
    name = kept(ten, NAMES[:10])
    test = visit(ACTIVATIONS)
    choice = test.selectbox(key=SIDEBAR)
    assert choice.options[-1] == "Clothes"
    choice.set_value(name).run()
    assert not test.exception
    assert test.query_params["digits"] == name
    assert "This network learned from MNIST" in texts(test)
    assert f"a {NAMES[4]}" in texts(test)
    # It goes along to other pages, and with a link.
    test = visit("app.py", digits=name)
    assert test.selectbox(key=SIDEBAR).value == name
    test.selectbox(key=SIDEBAR).set_value("embedded").run()
    assert "digits" not in test.query_params


def test_a_set_with_other_classes_is_not_shown_by_a_network_that_cannot_tell_them(visit, store):
    test = visit(ACTIVATIONS, digits=kept(TWO, ("left", "right"), "Two"))
    assert "The set Two has 2 classes, and this network tells 10 apart" in texts(test)
    test = visit(ACTIVATIONS, digits="set-0123456789abcdef-10-100-20")
    assert "is not here" in texts(test)
    assert "digits" not in test.query_params


@pytest.mark.parametrize(("arrays", "names"), [(SET, NAMES), (TWO, ("left", "right"))], ids=["13", "2"])
def test_a_set_is_chosen_for_a_training(visit, store, arrays, names):
    name = kept(arrays, names)
    test = visit(TRAIN)
    test.selectbox(key="train.data").set_value(name).run()
    assert not test.exception
    assert test.query_params["data"] == name
    layers = next(table for table in tables(test) if "Layer" in table)
    assert layers["Output"][-2] == str(len(names))
    assert test.slider(key=f"train.train_size.{name}").value == data_set(name).train
    next(button for button in test.button if button.label == "Start").click().run()
    (run,) = store.runs()
    recipe = run.recipe()
    assert (recipe.data, recipe.train_size, recipe.network.classes) == (name, data_set(name).train, len(names))
    # Back to digits: the network has ten outputs again.
    test.selectbox(key="train.data").set_value("embedded").run()
    assert not test.exception
    assert "network.classes" not in test.query_params
    test = visit(TRAIN, data=name, epochs="3")
    assert (test.selectbox(key="train.data").value, test.slider(key="train.epochs").value) == (name, 3)


def test_a_set_that_is_gone_is_said(visit, store):
    test = visit(TRAIN, data="set-0123456789abcdef-10-100-20")
    assert "not here any more" in texts(test)
    assert next(button for button in test.button if button.label == "Start").disabled


def test_small_sets_and_large_numbers_are_told(visit, store, monkeypatch):
    answering_engine(monkeypatch)
    run = make_run(store, 1, kept(TWO, ("left", "right")))
    test = visit(ACTIVATIONS, model=run.id, **{"act.digit.index": "9000"})
    assert not test.exception
    test = visit(ACTIVATIONS, model=run.id, **{"act.digit.source": "blend"})
    assert "there is no class 9" in texts(test)
    for tab in ("mistakes", "points", "plane"):
        assert not visit(CLASSES, model=run.id, **{"cls.tab": tab, "cls.label_a": "40"}).exception


@pytest.mark.parametrize("page", ["app.py", ACTIVATIONS, CLASSES])
def test_digits_with_more_classes_than_outputs_are_said_not_to_belong(visit, store, monkeypatch, page):
    answering_engine(monkeypatch)
    data = kept(TWO, ("left", "right"))
    run = make_run(store, 1, data)
    delete_set(data)
    test = visit(page, model=run.id, **({"act.tab": "tests"} if page == ACTIVATIONS else {}))
    place = test.main
    said = [element.value for element in [*place.markdown, *place.info, *place.caption]]
    assert any("2 classes apart, and these digits have 10: they do not belong together" in text for text in said)


def test_a_published_set_that_was_deleted_may_be_fetched_again(visit, store, monkeypatch):
    monkeypatch.setattr(published, "settings", lambda: SimpleNamespace(download=True))
    fetched = published._fetching("fashion-mnist")
    monkeypatch.setattr(fetched, "state", "done")
    monkeypatch.setattr(fetched, "sets", (kept(),))
    key = "lab.sets.fetch.fashion-mnist"
    assert key not in {button.key for button in visit(LAB).button}
    delete_set(*fetched.sets)
    assert key in {button.key for button in visit(LAB).button}


def test_the_page_follows_a_fetching_that_a_press_in_the_fragment_began(visit, store, monkeypatch):
    class Begun:
        """Idle when the page is begun, at work when its fragment is drawn, as after a press."""

        said, reason, sets, looks = "", "", (), 0

        @property
        def state(self):
            self.looks += 1
            return "idle" if self.looks == 1 else "running"

    monkeypatch.setattr(published, "settings", lambda: SimpleNamespace(download=True))
    begun, again = Begun(), []
    monkeypatch.setattr(published, "_fetching", lambda name: begun)
    monkeypatch.setattr(published, "FETCHED", {"fashion-mnist": published.FETCHED["fashion-mnist"]})
    monkeypatch.setattr(published, "rerun_page", lambda: again.append("rerun"))
    visit("app.py").switch_page(LAB).run()
    assert again == ["rerun"]


def test_a_set_is_deleted_by_who_brought_it(visit, store, monkeypatch):
    monkeypatch.setenv("MNISTLAB_LAB", "1")
    monkeypatch.setenv("MNISTLAB_PRIVATE", "1")
    settings.cache_clear()
    monkeypatch.setattr(visitors, "_proof", lambda: ("browser", "ann"))
    ann, bob = (visitors.visitor_id("browser", name) for name in ("ann", "bob"))
    mine, theirs = kept(owner=ann), kept(TWO, ("left", "right"), "Secret", bob)
    test = visit(LAB)
    shown = {button.key for button in test.button}
    assert f"lab.sets.delete.{mine}" in shown
    assert not any(theirs in str(key) for key in shown)
    assert "Secret" not in texts(visit(LAB, digits=theirs))
    test = visit(LAB)
    test.button(key=f"lab.sets.delete.{mine}").click().run()
    assert sets() == [theirs]
    assert services.store().runs() == []
