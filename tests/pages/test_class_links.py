"""A link for a class: what it hides and says on each page, how it is made, and what a bad one costs."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from support.hostile import WORDS

from mnistlab.ui.shell.menu import PAGES
from mnistlab.ui.state.controls import CONTROLS, controls_of

TRAIN = "pages/train.py"
# Of our own frame.
FRAME = re.compile(r"class-link|visitor\.")
# The key at the end of an element's id.
KEY = re.compile(r"\$\$[^-]*-[0-9a-f]+-(.+)")


def hidden_on(test) -> str:
    """The style that hides."""
    return "".join(one.proto.body for one in test.get("html") if "display: none !important" in one.proto.body)


def task_on(test) -> list[str]:
    return [
        one.proto.body for one in test.get("html") if "lab-task" in one.proto.body and "<style>" not in one.proto.body
    ]


def is_hidden(test, key: str) -> bool:
    name = "st-key-" + re.sub("[^a-zA-Z0-9_-]", "-", key)
    style = hidden_on(test)
    return (
        f".{name}," in style
        or f".{name} " in style
        or any(part in name for part in re.findall(r'class\*="(st-key-[^"]+)"', style))
    )


def parameter(test, name: str) -> str:
    """One of the address."""
    value = test.query_params[name]
    return value[-1] if isinstance(value, list) else value


def widget(test, key: str):
    return next(one for kind in ("slider", "select_slider", "selectbox") for one in test.get(kind) if one.key == key)


def test_a_hidden_control_keeps_the_value_of_the_link(visit):
    test = visit(
        TRAIN, epochs="7", hide="epochs,tab.schedule", note="Halve the learning rate.\nWhat becomes of the curve?"
    )
    assert is_hidden(test, "train.epochs") and not is_hidden(test, "train.batch_size")
    assert test.session_state["train.epochs"] == 7
    assert [tab.label for tab in test.tabs] == ["Network", "Digits", "Optimiser", "Regulariser"]
    assert widget(test, "train.schedule") is not None, "drawn out of sight"
    (task,) = task_on(test)
    assert "<p>Halve the learning rate.</p><p>What becomes of the curve?</p>" in task
    assert not test.warning
    assert (parameter(test, "epochs"), parameter(test, "hide")) == ("7", "epochs,tab.schedule")


def test_it_stays_while_controls_are_moved_and_belongs_to_its_page_alone(visit):
    test = visit(TRAIN, hide="epochs", note="Move the seed.")
    test.number_input(key="train.seed").set_value(5).run()
    assert is_hidden(test, "train.epochs") and task_on(test)
    assert parameter(test, "hide") == "epochs" and parameter(test, "seed") == "5"
    # As the link of the menu does.
    test.query_params.clear()
    test.switch_page("pages/oip.py").run()
    assert not hidden_on(test) and not task_on(test)
    assert "hide" not in test.query_params


def test_a_bad_link_costs_one_sentence_and_nothing_else(visit):
    test = visit(TRAIN, epochs="7", hide="wheel,seed", note="x" * 601)
    assert [one.value for one in test.warning] == [
        "This link hides “wheel”, which this page does not have; the rest of the link holds.",
        "The task in this link is cut: it should have at most 600 letters in 12 lines.",
    ]
    assert test.session_state["train.epochs"] == 7 and is_hidden(test, "train.seed")
    assert parameter(test, "hide") == "seed"
    assert not test.run().warning, "it is said once"


@pytest.mark.parametrize("page", PAGES)
def test_hostile_words_in_a_link_are_shown_letter_by_letter_on_every_page(visit, page):
    test = visit(page, hide=",".join(WORDS), note="\n".join(WORDS))
    (task,) = task_on(test)
    assert "&lt;b&gt;evil&lt;/b&gt;&lt;img src=//evil.x&gt;" in task
    assert not hidden_on(test)
    assert len([one for one in test.warning if "This link hides" in one.value]) == 1


@pytest.mark.parametrize("page", PAGES)
def test_every_control_of_a_page_can_be_hidden(visit, page):
    """The table knows each widget: a new one cannot be forgotten."""
    test = visit(page, hide=",".join(controls_of(page)))
    kinds = ("slider", "select_slider", "selectbox", "toggle", "number_input", "multiselect", "radio", "checkbox")
    keys = {one.key for kind in kinds for one in test.get(kind) if one.key and not FRAME.match(one.key)}
    tabs = {name for name in CONTROLS[page] if name.startswith("tab.")}
    assert not tabs or not [tab for tab in test.tabs if tab.label in ("Network", "Start", "Carve", "Runs")]
    assert {key for key in keys if not is_hidden(test, key)} - _in_hidden_groups(test) == set()


def _in_hidden_groups(test) -> set[str]:
    """Keys of what stands in a container out of sight, or in one that a control hides."""
    found: set[str] = set()

    def walk(block, out_of_sight: bool) -> None:
        proto = getattr(block, "proto", None)
        match = KEY.match(str(getattr(proto, "id", "")))
        key = match[1] if match else ""
        out_of_sight |= key.startswith("hidden-") or bool(key and is_hidden(test, key))
        for child in getattr(block, "children", {}).values():
            walk(child, out_of_sight)
        if out_of_sight and getattr(block, "key", None):
            found.add(block.key)

    walk(test._tree, False)
    return found


def test_the_dialogue_makes_the_link_and_shows_what_students_will_see(visit):
    test = visit(TRAIN, epochs="7")
    test.button(key="class-link").click().run()
    test.text_area(key=f"class-link.note.{TRAIN}").set_value("Halve the learning rate.").run()
    test.multiselect(key=f"class-link.hide.{TRAIN}").set_value(["seed", "menu"]).run()
    (address,) = [one.value for one in test.code if "hide=" in one.value]
    parts = urlsplit(address)
    made = {"epochs": "7", "data": "embedded", "hide": "seed,menu", "note": "Halve the learning rate."}
    assert dict(parse_qsl(parts.query)) == made
    assert any(one.value.startswith("Not shown: ") and "Seed" in one.value for one in test.caption)
    assert len(task_on(test)) == 1, "in the dialogue, and not yet on the page"
    test.button(key="class-link.apply").click().run()
    assert is_hidden(test, "train.seed") and is_hidden(test, "menu-of-pages")
    assert parameter(test, "note") == "Halve the learning rate."
    test.button(key="class-link").click().run()
    test.button(key="class-link.clear").click().run()
    assert not hidden_on(test) and not task_on(test) and "hide" not in test.query_params
