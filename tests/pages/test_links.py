"""An address is followed where the visitor went to it, and otherwise only written."""

import dataclasses
from functools import partial

import pytest
import streamlit as st
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.testing.v1 import AppTest, local_script_runner

from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.views import ClassesLink
from mnistlab.ui.mends import history
from mnistlab.ui.state import links, recipe_state, views


class Parameters(dict):
    """The address as Streamlit has it, and how often it was written."""

    written = 0

    def from_dict(self, parameters):
        self.written += 1
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


@pytest.fixture
def go_back(monkeypatch: pytest.MonkeyPatch, address):
    """Let the browser go back to an address, in one run."""

    def go_back(run, **link):
        address.clear()
        address.update(link)
        monkeypatch.setattr(links, "has_gone_back", lambda: True)
        shown = run()
        monkeypatch.setattr(links, "has_gone_back", lambda: False)
        return shown

    return go_back


def run(page="pages/classes.py", **changes):
    links.begin(page)
    content = views.begin_view(ClassesLink, "cls")
    content.update(changes)
    return views.finish_view(ClassesLink, "cls").cls


def run_recipe(page="pages/train.py", **changes):
    links.begin(page)
    content = recipe_state.content_of(TrainingRecipe, "train")
    content.update(changes)
    recipe = TrainingRecipe.read(content)
    recipe_state.write_link(recipe, "train")
    return recipe


def visit_another_page():
    links.begin("pages/lab.py")
    links.write({})


def test_a_view_begins_with_its_link_and_writes_what_changes(address) -> None:
    address["cls.label_a"] = "7"
    assert run().label_a == 7
    run(label_a=3)
    assert address == {"cls.label_a": "3"}


@pytest.mark.parametrize("change", [{}, {"label_b": 1}])
def test_an_address_from_before_undoes_nothing_however_old(address, change: dict) -> None:
    run(label_a=3)
    run(label_a=5)
    address["cls.label_a"] = "3"
    assert run(**change).label_a == 5
    assert address["cls.label_a"] == "5"


def test_an_address_from_before_undoes_nothing_on_a_page_that_makes_runs(address) -> None:
    run_recipe(epochs=3)
    run_recipe(epochs=7)
    address["epochs"] = "3"
    assert run_recipe(batch_size=128).epochs == 7
    assert address == {"epochs": "7", "batch_size": "128"}


def test_going_back_is_going_back_at_once(address, go_back) -> None:
    run(label_a=3)
    run(label_a=5)
    assert go_back(run, **{"cls.label_a": "3"}).label_a == 3
    assert address == {"cls.label_a": "3"}


def test_going_back_to_a_bare_address_brings_the_defaults(go_back) -> None:
    run_recipe(epochs=7)
    assert go_back(run_recipe) == TrainingRecipe()


def test_going_back_to_an_address_of_another_pages_parameters_changes_nothing(address, go_back) -> None:
    # Streamlit leaves such addresses behind when a script switches pages.
    run(label_a=7)
    assert go_back(run, **{"act.digit.index": "5"}).label_a == 7
    assert address == {"cls.label_a": "7"}


def test_a_run_that_is_interrupted_leaves_the_link_to_the_next(address, go_back) -> None:
    run(label_a=3)
    run(label_a=5)
    go_back(lambda: links.begin("pages/classes.py"), **{"cls.label_a": "3"})
    assert run().label_a == 3


def test_a_link_is_followed_once(address, go_back) -> None:
    run(label_a=5)
    go_back(run, **{"cls.label_a": "3"})
    assert run(label_a=4).label_a == 4
    assert run().label_a == 4


def test_what_is_gone_to_is_not_written_again(address, go_back) -> None:
    # What is written takes the browser's Forward away, and on the way to another page it becomes an address of the page before.
    address.update({"epochs": "007", "seed": str(TrainingRecipe().seed)})
    run_recipe()
    assert address.written == 0
    run_recipe(epochs=8)
    assert address == {"epochs": "8"}
    go_back(run_recipe, epochs="007")
    assert address.written == 1


def test_parameters_of_other_pages_do_not_stay(address) -> None:
    address.update({"map": "0", "cls.label_a": "3"})
    run()
    run(label_a=5)
    assert address == {"cls.label_a": "5"}


def test_coming_back_to_a_page_brings_what_was_left_there(address) -> None:
    run(label_a=3)
    address.clear()
    visit_another_page()
    address.update(links.way_to("pages/classes.py"))
    written = address.written
    assert run().label_a == 3
    assert address == {"cls.label_a": "3"}
    assert address.written == written


def test_a_link_from_another_page_wins_over_what_was_left(address) -> None:
    run(label_a=3)
    visit_another_page()
    address.clear()
    address["cls.label_b"] = "1"
    shown = run()
    assert (shown.label_a, shown.label_b) == (4, 1)


def test_what_was_sent_and_has_not_arrived_yet_is_taken_back(address) -> None:
    run(label_a=3)
    run(label_a=5)
    written = address.written
    # Sent before the 5 was in the address; by the time it is read the 5 is on its way there.
    address["cls.label_a"] = "3"
    run(label_a=3)
    assert address.written == written + 1


def test_what_cannot_be_is_left_out_and_the_rest_stays(address) -> None:
    run(label_a=3)
    assert run(common=9.0).label_a == 3
    assert "cls.common" not in address


def test_a_link_that_asks_for_what_cannot_be_is_written_anew(address) -> None:
    address.update({"epochs": "100000", "batch_size": "128"})
    run_recipe()
    assert address == {"batch_size": "128"}


def test_a_parameter_of_its_own_is_kept_and_put(address, go_back) -> None:
    def shown():
        links.begin("pages/train.py")
        run = links.parameter("run", "pages/train.py")
        links.write({})
        return run

    address["run"] = "a"
    assert shown() == "a"
    links.put("run", "b", "pages/train.py")
    address["run"] = "a"
    assert shown() == "b"
    assert address == {"run": "b"}
    assert go_back(shown) is None
    assert address == {}


def test_streamlit_tells_back_from_all_other_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `history.py` relies on, from the browser's message to the page: it fails where another Streamlit has it no more."""
    assert "is_history_navigation" in ClientState.DESCRIPTOR.fields_by_name
    for kind in (RerunData, ScriptRunContext):
        assert "is_history_navigation" in {field.name for field in dataclasses.fields(kind)}

    def script():
        import streamlit

        from mnistlab.ui.mends.history import has_gone_back

        streamlit.text(str(has_gone_back()))

    test = AppTest.from_function(script).run()
    assert test.text[0].value == "False"
    back = partial(RerunData, is_history_navigation=True)
    monkeypatch.setattr(local_script_runner, "RerunData", back)
    assert test.run().text[0].value == "True"
    assert not history.has_gone_back()


def test_a_link_out_of_a_mail_is_what_was_meant(visit) -> None:
    """“&” written as in HTML: everything behind the first one would be lost in silence."""
    test = visit("pages/oip.py", **{"target.layer": "Conv2D_1", "amp;target.map_index": "5", "amp;model": "reference"})
    assert test.query_params["target.map_index"] == "5"
    assert not any(name.startswith("amp;") for name in test.query_params)
