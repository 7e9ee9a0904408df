"""A view follows the visitor's link, and not one that its own answer has only just replaced."""

import pytest
import streamlit as st

from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.views import ClassesLink
from mnistlab.ui import asking, links, recipe_state, views


class Parameters(dict):
    def from_dict(self, parameters):
        self.clear()
        self.update(parameters)

    def to_dict(self):
        return dict(self)


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch):
    parameters = Parameters()
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "query_params", parameters)
    monkeypatch.setattr(st, "warning", lambda text: None)
    return parameters


class RerunError(Exception):
    """What ends a run of a page's script."""


def rerun():
    raise RerunError


def run(**changes):
    content = views.begin_view(ClassesLink, "cls")
    content.update(changes)
    return views.finish_view(ClassesLink, "cls").cls


def test_a_view_writes_its_link_and_reads_another_one(address) -> None:
    run(label_a=3)
    assert address == {"cls.label_a": "3"}
    address["cls.label_a"] = "7"
    assert run().label_a == 7


def test_a_click_that_comes_with_the_address_before_the_last_answer_undoes_nothing(address) -> None:
    run(label_a=3)
    run(label_a=5)
    address["cls.label_a"] = "3"
    assert run(label_b=1).label_a == 5
    assert address == {"cls.label_a": "5", "cls.label_b": "1"}


def test_going_back_at_once_is_going_back_too(address, monkeypatch: pytest.MonkeyPatch) -> None:
    run(label_a=3)
    run(label_a=5)
    address["cls.label_a"] = "3"
    monkeypatch.setattr(st, "rerun", rerun)
    monkeypatch.setattr(links, "TURN_SECONDS", -1.0)
    with pytest.raises(RerunError):
        run()
    assert run().label_a == 3


def test_the_same_strokes_sent_twice_with_the_address_before_undo_nothing(address) -> None:
    run(label_a=3)
    run(label_a=5)
    address["cls.label_a"] = "3"
    assert run().label_a == 5
    assert address == {"cls.label_a": "5"}


def test_an_answer_that_comes_with_the_address_before_undoes_nothing(address) -> None:
    run(label_a=3)
    run(label_a=5)
    address["cls.label_a"] = "3"
    st.session_state[asking.BY_ITSELF] = True
    assert run().label_a == 5
    assert address == {"cls.label_a": "5"}


def test_going_back_later_is_going_back(address, monkeypatch: pytest.MonkeyPatch) -> None:
    run(label_a=3)
    run(label_a=5)
    monkeypatch.setattr(links, "LATE_SECONDS", -1.0)
    address["cls.label_a"] = "3"
    assert run().label_a == 3


def test_what_cannot_be_is_left_out_and_the_rest_stays(address) -> None:
    run(label_a=3)
    assert run(common=9.0).label_a == 3
    assert "cls.common" not in address


def test_a_bare_address_keeps_what_was_chosen(address) -> None:
    run(label_a=3)
    address.clear()
    assert run().label_a == 3
    assert address == {"cls.label_a": "3"}


def test_other_pages_parameters_are_left_alone(address) -> None:
    address["model"] = "reference"
    run(label_a=3)
    assert address["model"] == "reference"


def run_recipe(**changes):
    content = recipe_state.content_of(TrainingRecipe, "train")
    content.update(changes)
    recipe = TrainingRecipe.read(content)
    recipe_state.write_link(recipe, "train")
    return recipe


def test_a_late_click_undoes_nothing_on_a_page_that_makes_runs(address) -> None:
    run_recipe(epochs=3)
    run_recipe(epochs=7)
    address["epochs"] = "3"
    assert run_recipe(batch_size=128).epochs == 7
    assert address == {"epochs": "7", "batch_size": "128"}


def test_going_back_at_once_works_there_too(address, monkeypatch: pytest.MonkeyPatch) -> None:
    run_recipe(epochs=3)
    run_recipe(epochs=7)
    address["epochs"] = "3"
    monkeypatch.setattr(st, "rerun", rerun)
    monkeypatch.setattr(links, "TURN_SECONDS", -1.0)
    with pytest.raises(RerunError):
        run_recipe()
    assert run_recipe().epochs == 3
    assert address == {"epochs": "3"}
