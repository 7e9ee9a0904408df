"""Pages on a store with more runs than a list holds, and with runs that lack a part."""

import json
import shutil

import pytest
from support.recipes import small_training

from mnistlab.store.run_life import RunState
from mnistlab.ui.shell.run_choice import MOST_LISTED

LAB, TRAIN, ATLAS = "pages/lab.py", "pages/train.py", "pages/atlas.py"
MANY = MOST_LISTED + 6


@pytest.fixture
def runs(store):
    """Finished trainings "Number 00" to the latest, made by copying one."""
    first = store.create(small_training(), "Number 00")
    (first.path / "epochs").mkdir()
    (first.path / "epochs" / "0001.safetensors").touch()
    first.append_event({"time": 1.0, "stage": "training", "done": 1, "total": 1})
    first.set_state("finished")
    for number in range(1, MANY):
        copy = shutil.copytree(first.path, store.runs_folder / f"training-{number:08x}")
        about = json.loads((copy / "run.json").read_text())
        later = {"name": f"Number {number:02}", "created": about["created"] + number}
        (copy / "run.json").write_text(json.dumps(about | later))
    return store.runs()


def options_of(test, label):
    boxes = [*test.selectbox, *test.multiselect]
    return next(box.options for box in boxes if box.label == label)


def test_a_list_holds_the_latest_and_others_are_found_by_their_names(visit, runs):
    test = visit(TRAIN)
    options = options_of(test, "Start from")
    assert len(options) == 2 + 2 * MOST_LISTED
    assert f"Number {MANY - 1}, trained" in options
    assert "Number 03, trained" not in options
    test.text_input(key="train.initial.words").set_value("ber 03").run()
    assert options_of(test, "Start from")[2:] == ["Number 03, trained", "Number 03, its start weights"]
    chosen = "Number 03, trained"
    next(box for box in test.selectbox if box.label == "Start from").select_index(2).run()
    test.text_input(key="train.initial.words").set_value("ber 04").run()
    assert not test.exception
    assert next(box for box in test.selectbox if box.label == "Start from").value.startswith("training-")
    assert options_of(test, "Start from")[2:4] == ["Number 04, trained", "Number 04, its start weights"]
    assert chosen in options_of(test, "Start from")


def test_the_lab_shows_a_page_and_finds_the_rest(visit, runs):
    test = visit(LAB)
    shown = [link.proto.label for link in test.get("page_link") if link.proto.label.startswith("Number")]
    assert shown == [f"Number {MANY - 1 - place:02}" for place in range(12)]
    assert any(f"{MANY} runs, none at work" in caption.value for caption in test.caption)
    test.text_input(key="lab.words").set_value("NUMBER 0").run()
    shown = [link.proto.label for link in test.get("page_link") if link.proto.label.startswith("Number")]
    assert shown == [f"Number {9 - place:02}" for place in range(10)]
    test.text_input(key="lab.words").set_value("nothing like it").run()
    assert any("No run has a name" in info.value for info in test.info)


def test_a_network_that_lacks_a_part_is_a_sentence_on_the_page_atlas(visit, store, runs):
    assert store.state(runs[0]) == RunState("finished", since=runs[0].state().since)
    assert not (runs[0].path / "model").exists()
    test = visit(ATLAS)
    test = next(box for box in test.selectbox if box.label == "Compare with").select(runs[0].id).run()
    assert not test.exception
    assert any("network.json is missing" in error.value for error in test.error)
