"""The page Train, without a browser and without workers."""

import json

import numpy as np
import pytest
from support.waiting import wait_for

from mnistlab.recipes import TrainingRecipe
from mnistlab.store.runs import Store
from mnistlab.ui.pages.train.experiments import EXPERIMENTS
from mnistlab.ui.shell import services

TRAIN = "pages/train.py"


def texts(test) -> str:
    elements = [*test.markdown, *test.warning, *test.error, *test.info, *test.caption]
    return "\n".join(element.value for element in elements)


def labels(test) -> list[str]:
    return [button.label for button in test.button]


def test_the_form_begins_with_the_defaults_and_embedded_digits(visit) -> None:
    test = visit(TRAIN)
    assert test.slider(key="train.epochs").value == TrainingRecipe().epochs
    assert test.selectbox(key="train.data").value == "embedded"
    assert not test.button[-1].disabled


def test_a_moved_slider_is_in_the_link_and_a_default_is_not(visit) -> None:
    test = visit(TRAIN)
    test.slider(key="train.epochs").set_value(9).run()
    assert test.query_params["epochs"] == "9"
    test.slider(key="train.epochs").set_value(TrainingRecipe().epochs).run()
    assert "epochs" not in test.query_params


def test_a_link_fills_the_form(visit) -> None:
    test = visit(TRAIN, epochs="3", schedule="none", **{"network.dense.length": "2", "network.dense.1.units": "30"})
    assert test.slider(key="train.epochs").value == 3
    assert test.selectbox(key="train.schedule").value == "none"
    assert test.slider(key="train.network.dense.1.units").value == 30


def test_digits_that_are_left_out_are_said_kept_at_start_and_cleared(visit, store: Store) -> None:
    test = visit(TRAIN, data="embedded", without="3,17,900,901,902,5000", train_size="2000")
    assert "leaves out 5 digits, numbers 3, 17, 900, 901 and 902; it learns from 1,995" in texts(test)
    next(button for button in test.button if button.label == "Start").click().run()
    (run,) = store.runs()
    assert run.recipe().left_out == (3, 17, 900, 901, 902)
    test.button(key="train.without.clear").click().run()
    assert "without" not in test.query_params
    assert "leaves out" not in texts(test)
    assert "Learn from them too" not in labels(test)


def test_digits_that_are_left_out_wait_while_another_set_is_chosen(visit) -> None:
    test = visit(TRAIN, data="embedded", without="3")
    test.selectbox(key="train.data").set_value("mnist").run()
    assert "leaves out" not in texts(test)
    assert "without" not in test.query_params
    test.selectbox(key="train.data").set_value("embedded").run()
    assert "leaves out 1 digit, number 3; it learns from 59,999" in texts(test)
    assert test.query_params["without"] == "3"


def test_digits_that_are_left_out_are_counted_beside_a_run(visit, store: Store) -> None:
    run = store.create(TrainingRecipe(data="embedded", without=",".join(map(str, range(200)))), "seen")
    run.set_state("cancelled")
    shown = texts(visit(TRAIN, run=run.id))
    assert "Left out: 200 digits" in shown
    assert "197,198" not in shown


def test_a_bad_link_is_told_and_costs_only_itself(visit) -> None:
    test = visit(TRAIN, epochs="100000", batch_size="128")
    assert "epochs" in texts(test)
    assert test.slider(key="train.epochs").value == TrainingRecipe().epochs
    assert test.slider(key="train.batch_size").value == 128


def test_an_impossible_network_disables_start_and_names_the_layer(visit) -> None:
    test = visit(TRAIN)
    test.slider(key="train.network.conv.2.kernel").set_value(9).run()
    assert "Conv2D_3" in texts(test)
    assert next(button for button in test.button if button.label == "Start").disabled


def test_more_convolutions_bring_a_pool_with_them(visit) -> None:
    test = visit(TRAIN)
    test.button_group(key="train.network.convs").set_value(2).run()
    assert not test.exception
    assert test.query_params["network.conv.length"] == "2"
    assert test.query_params["network.pool.length"] == "1"


def test_a_pool_after_the_last_convolution_stays_the_last(visit) -> None:
    test = visit(TRAIN)
    test.button_group(key="train.network.pool.last").set_value(3).run()
    assert not test.exception
    assert (test.query_params["network.pool.length"], test.query_params["network.pool.2"]) == ("3", "3")
    test.button_group(key="train.network.convs").set_value(2).run()
    assert "network.pool.length" not in test.query_params
    assert test.query_params["network.pool.1"] == "3"
    test.button_group(key="train.network.pool.last").set_value(1).run()
    assert test.query_params["network.pool.length"] == "1"


def test_without_workers_start_queues_and_says_why(visit, store: Store) -> None:
    test = visit(TRAIN)
    test.text_input(key="train.name").set_value("**my** <b>run</b>").run()
    next(button for button in test.button if button.label == "Start").click().run()
    (run,) = store.runs()
    assert store.state(run).name == "queued"
    assert run.name() == "**my** <b>run</b>"
    assert "as soon as the workers are there" in texts(test)
    assert "**my**" not in texts(test), "a name is never Markdown"


def test_a_new_training_is_one_of_the_compiled_loops_where_they_can(visit, store: Store) -> None:
    test = visit(TRAIN)
    next(button for button in test.button if button.label == "Start").click().run()
    (first,) = store.runs()
    assert first.recipe().engine == "compiled"
    assert "engine" not in test.query_params
    test.selectbox(key="train.optimizer").set_value("adam").run()
    next(button for button in test.button if button.label == "Start").click().run()
    (second,) = (run for run in store.runs() if run.id != first.id)
    assert second.recipe().engine == "tensorflow"


@pytest.mark.parametrize(
    ("engine", "words"), [("compiled", "mnistlab's own compiled loops"), ("tensorflow", "trained by TensorFlow")]
)
def test_a_run_says_by_what_it_is_trained_and_its_choices_fit_any_engine(visit, store: Store, engine, words) -> None:
    run = store.create(TrainingRecipe(data="embedded", epochs=3, engine=engine), "seen")
    run.set_state("cancelled")
    test = visit(TRAIN, run=run.id)
    assert words in texts(test)
    assert "Engine" not in texts(test)
    test.button(key="run.refill").click().run()
    assert test.slider(key="train.epochs").value == 3
    # What the loops do not know is no fault of the choices.
    test.selectbox(key="train.optimizer").set_value("adam").run()
    assert not test.error
    assert not test.exception


def test_a_run_that_is_gone_is_told_in_one_sentence(visit) -> None:
    for run in ("training-00000000", "../../etc", "x" * 5000):
        assert "There is no run" in texts(visit(TRAIN, run=run))


@pytest.mark.parametrize(
    ("state", "words"), [("failed", "too large"), ("cancelled", "cancelled"), ("running", "stopped")]
)
def test_every_end_of_a_run_can_be_looked_at(visit, store: Store, state: str, words: str) -> None:
    run = store.create(TrainingRecipe(data="embedded"), "seen")
    run.set_state(state, "The steps are too large." if state == "failed" else "", engine="app-of-nobody")
    # Left for long: no app adopts it any more.
    about = json.loads((run.path / "state.json").read_text())
    (run.path / "state.json").write_text(json.dumps(about | {"since": 0.0}))
    test = visit(TRAIN, run=run.id)
    assert words in texts(test)
    assert any(button.label == "Resume" for button in test.button) == (state != "cancelled")


@pytest.mark.parametrize("state", ["queued", "running", "paused"])
@pytest.mark.parametrize("page", [TRAIN, "pages/lab.py"])
def test_a_cancel_is_acknowledged_at_once_and_asked_for_no_more(visit, store: Store, state: str, page: str) -> None:
    run = store.create(TrainingRecipe(data="embedded"), "seen")
    run.set_state(state, engine=services.engine().id)
    assert "Cancel" in labels(visit(page, run=run.id))
    # Whoever holds the run's lock sees it later: its worker, in the middle of a step.
    run.request("cancel")
    test = visit(page, run=run.id)
    assert "cancelling …" in texts(test)
    assert not {"Cancel", "Pause", "Go on", "Stop and keep"} & set(labels(test))


@pytest.mark.parametrize("state", ["queued", "running"])
def test_lost_workers_are_told(visit, store: Store, state: str) -> None:
    run = store.create(TrainingRecipe(data="embedded"), "seen")
    run.set_state(state, engine=services.engine().id, losses=("killed", "silent"))
    assert "its worker was restarted (2 of 3)" in texts(visit(TRAIN, run=run.id))


def test_a_waiting_run_of_a_dead_app_waits_here(visit, store: Store) -> None:
    run = store.create(TrainingRecipe(data="embedded"), "seen")
    run.set_state("queued", engine="app-of-nobody")
    services.engine()
    wait_for(lambda: run.state().engine == services.engine().id, 60, "the run to be adopted")
    test = visit(TRAIN, run=run.id)
    assert "as soon as the workers are there" in texts(test)
    assert "Resume" not in labels(test)


@pytest.mark.parametrize(
    "name", ["recipe.json", "state.json", "events.jsonl", "summary.json", "run.json", "result.npz"]
)
@pytest.mark.parametrize("content", [b"", b"{", b"[1, 2]", b"\xff\xfe\x00", b'{"done": "x"}\n'])
def test_damaged_files_of_a_run_break_no_page(visit, store: Store, name: str, content: bytes) -> None:
    run = store.create(TrainingRecipe(data="embedded"), "damaged")
    run.set_state("finished")
    (run.path / "summary.json").write_text('{"val_accuracy": 0.9, "epochs": 1}')
    np.savez(run.path / "result.npz", confusion=np.eye(10, dtype=np.int64))
    (run.path / name).write_bytes(content)
    visit(TRAIN, run=run.id)
    visit("pages/lab.py")


@pytest.mark.parametrize("name", [name for name, _, _ in EXPERIMENTS])
def test_an_experiment_is_put_into_the_form_and_left_to_the_visitor_to_start(visit, store: Store, name: str) -> None:
    test = visit("pages/train.py", epochs="7", seed="5")
    test.button(key=f"experiment|{name}").click().run()
    assert not test.exception
    assert not test.error
    changes = next(changes for one, _, changes in EXPERIMENTS if one == name)
    assert test.slider(key="train.epochs").value == changes["epochs"]
    assert test.query_params["train_size"] == str(changes["train_size"])
    assert "seed" not in test.query_params
    assert store.runs() == []
