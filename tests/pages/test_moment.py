"""A button does what the page says at the moment of the press: what was moved or typed in the same message counts."""

import numpy as np
import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.testing.v1 import AppTest
from support.layers import answering_engine

from mnistlab.recipes import DreamRecipe, TrainingRecipe
from mnistlab.settings import settings
from mnistlab.store.runs import Store
from mnistlab.store.visitors import Nicknames
from mnistlab.ui.mends.forged import drop_forged_states
from mnistlab.ui.mends.presses import keep_presses
from mnistlab.ui.pages.atlas import at_hand
from mnistlab.ui.pages.train import page as train

TRAIN, ACTIVATIONS, OIP, DREAM = "pages/train.py", "pages/activations.py", "pages/oip.py", "pages/dream.py"
SEED = "You already have this training"


def button(test, label: str):
    return next(button for button in test.button if button.label.startswith(label))


def finished_run(store: Store, name: str):
    run = store.create(TrainingRecipe(data="embedded"), name)
    run.set_state("finished")
    (run.path / "summary.json").write_text('{"val_accuracy": 0.9, "epochs": 1}')
    np.savez(run.path / "result.npz", confusion=np.eye(10, dtype=np.int64))
    return run


def test_start_begins_what_the_form_says_under_the_name_that_stands_there(visit, store: Store) -> None:
    test = visit(TRAIN)
    test.slider(key="train.epochs").set_value(8)
    test.slider(key="train.network.conv.1.filters").set_value(24)
    test.button_group(key="train.network.denses").set_value(2)
    test.selectbox(key="train.network.regularizer").set_value("l2")
    test.text_input(key="train.name").set_value("small one")
    button(test, "Start").click().run()
    assert not test.exception
    (run,) = store.runs()
    recipe = run.recipe()
    assert run.name() == "small one"
    assert (recipe.epochs, recipe.network.conv[1].filters) == (8, 24)
    assert (len(recipe.network.dense), recipe.network.regularizer) == (2, "l2")
    assert test.query_params["run"] == run.id
    assert test.query_params["epochs"] == "8"


def test_start_refuses_what_has_just_become_impossible(visit, store: Store) -> None:
    test = visit(TRAIN)
    test.slider(key="train.network.conv.2.kernel").set_value(9)
    button(test, "Start").click().run()
    assert store.runs() == []
    assert any("Conv2D_3" in warning.value for warning in test.warning)


def test_a_second_press_is_no_second_wish_and_an_equal_one_later_is_told(visit, store: Store, monkeypatch) -> None:
    test = visit(TRAIN)
    for _ in range(2):
        button(test, "Start").click().run()
    assert len(store.runs()) == 1
    assert not test.warning
    monkeypatch.setattr(train, "DOUBLE_SECONDS", -1.0)
    button(test, "Start").click().run()
    assert len(store.runs()) == 1
    assert any(warning.value.startswith(SEED) for warning in test.warning)


def test_an_equal_wish_of_another_visit_is_told(visit, store: Store) -> None:
    button(visit(TRAIN), "Start").click().run()
    other = visit(TRAIN)
    button(other, "Start").click().run()
    assert len(store.runs()) == 1
    assert any(warning.value.startswith(SEED) for warning in other.warning)


def test_save_takes_the_name_that_stands_there_and_says_so(visit, store: Store) -> None:
    run = finished_run(store, "before")
    test = visit(TRAIN, run=run.id)
    test.text_input(key=f"run.name.{run.id}").set_value("after")
    test.button(key="run.rename").click().run()
    assert run.name() == "after"
    assert [toast.value for toast in test.toast] == ["Renamed."]
    assert any("after" in element.value for element in test.markdown)


def test_another_runs_name_does_not_stand_in_the_field(visit, store: Store) -> None:
    runs = [finished_run(store, name) for name in ("one", "two")]
    test = visit(TRAIN, run=runs[0].id)
    assert test.text_input(key=f"run.name.{runs[0].id}").value == "one"
    test = visit(TRAIN, run=runs[1].id)
    assert test.text_input(key=f"run.name.{runs[1].id}").value == "two"


def test_a_long_oip_begins_as_it_is_at_the_press(visit, store: Store) -> None:
    test = visit(OIP, **{"ascent.steps": "5000", "answers": "4"})
    test.slider(key="oip.ascent.steps").set_value(3000)
    test.number_input(key="oip.target.map").set_value(9)
    button(test, "Find the pattern").click().run()
    (run,) = store.runs()
    assert (run.recipe().ascent.steps, run.recipe().target.map_index) == (3000, 9)
    assert run.name() == "OIP of map 9 of Conv2D_3"


def test_a_long_precursor_run_begins_as_it_is_at_the_press(visit, store: Store) -> None:
    test = visit(OIP)
    test.button_group(key="oip.more").set_value("What wakes it?").run()
    test.button_group(key="oip.more.method").set_value("exhaustive").run()
    test.number_input(key="oip.target.map").set_value(9)
    button(test, "Try every pattern").click().run()
    (run,) = store.runs()
    assert run.recipe().maps == (9,)


def test_a_long_dream_begins_as_it_is_at_the_press(visit, store: Store) -> None:
    test = visit(DREAM, **{"dream.recipe.iterations": "20", "dream.recipe.ascent.steps": "300", "dream.recipe.levels": "3"})  # fmt: skip
    test.slider(key="dream.recipe.blend").set_value(0.3)
    button(test, "Dream at full").click().run()
    (run,) = store.runs()
    assert run.recipe().blend == 0.3


def test_roulette_keeps_what_was_moved_in_the_same_moment(visit) -> None:
    test = visit(DREAM)
    size = next(value for value in (280, 560) if value != DreamRecipe().size)
    test.slider(key="dream.recipe.size").set_value(size)
    test.toggle(key="dream.recipe.restore_contrast").set_value(not DreamRecipe().restore_contrast)
    button(test, "Dream roulette").click().run()
    assert not test.exception
    assert test.slider(key="dream.recipe.size").value == size


def test_an_atlas_is_made_of_the_layer_that_is_chosen_at_the_press(visit, store: Store, monkeypatch) -> None:
    monkeypatch.setattr(at_hand, "find_atlas", lambda recipe, store: None)
    test = visit("pages/atlas.py", layer="Conv2D_2")
    test.selectbox(key="atlas.layer").set_value("Conv2D_1")
    button(test, "Make this atlas").click().run()
    assert [run.recipe().precursor.layer for run in store.runs()] == ["Conv2D_1"]


def test_next_goes_on_from_the_number_that_stands_there(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    answering_engine(monkeypatch)
    test = visit(ACTIVATIONS)
    test.number_input(key="act.digit.index").set_value(10)
    test.button(key="act.digit.next").click().run()
    assert test.number_input(key="act.digit.index").value == 11


def test_row_and_column_typed_in_one_go_both_count(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    answering_engine(monkeypatch)
    test = visit(ACTIVATIONS)
    test.number_input(key="act|row").set_value(3)
    test.number_input(key="act|column").set_value(4).run()
    assert (test.query_params["act.row"], test.query_params["act.column"]) == ("3", "4")


def test_the_digit_of_the_moment_is_kept_beside(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    answering_engine(monkeypatch)
    test = visit(ACTIVATIONS)
    test.number_input(key="act.digit.index").set_value(10)
    test.button(key="act|keep").click().run()
    assert test.query_params["act.beside.0.index"] == "10"


def test_a_nickname_is_the_one_that_stands_there(visit, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNISTLAB_LAB", "1")
    settings.cache_clear()
    test = visit("app.py")
    test.text_input(key="visitor.nickname").set_value("Ada")
    button(test, "Use this name").click().run()
    names = Nicknames(settings().home)
    assert [names.of(owner) for owner in names.all()] == ["Ada"]


def page_told_to_stop() -> None:
    """A page whose visitor does the next thing while the callback of the last is called."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    def take() -> None:
        context = get_script_run_ctx()
        assert context is not None
        assert context.script_requests is not None
        context.script_requests.request_stop()
        st.session_state["view"] = st.session_state["moved"]

    st.slider("Moved", 0, 9, key="moved", on_change=take)


def test_a_callback_comes_to_its_end_though_the_next_message_is_there() -> None:
    keep_presses()
    test = AppTest.from_function(page_told_to_stop).run()
    test.slider(key="moved").set_value(7).run()
    assert test.session_state["view"] == 7


def page_that_looks_at_all_keys() -> None:
    import streamlit as st

    st.write(sorted(str(key) for key in st.session_state))
    st.slider("Moved", 0, 9, key="moved")


@pytest.mark.parametrize("name", ["lab.admin", "A" * 85 + ' {"from":"mnistlab.audit"} ', "", "$$ID", "$$ID-x-other"])
def test_a_state_that_no_widget_of_a_page_has_is_dropped(name) -> None:
    drop_forged_states()
    states = WidgetStates(widgets=[WidgetState(id=name, int_value=1)])
    test = AppTest.from_function(page_that_looks_at_all_keys).run()
    test.slider(key="moved").set_value(7)
    states.MergeFrom(test.slider(key="moved").root.get_widget_states())
    test._run(widget_state=states)
    assert not test.exception
    assert test.session_state["moved"] == 7
    assert name not in test.session_state
