"""Links and a store of an earlier version open on the pages (`tests/golden`)."""

import json
import shutil
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"
LINKS = [
    row
    for row in json.loads((GOLDEN / "links.json").read_text())
    if row["link"].get("model", "reference") == "reference"
]
RUNS = json.loads((GOLDEN / "store.json").read_text())


@pytest.fixture
def golden_store(store):
    shutil.copytree(GOLDEN / "store", store.home, dirs_exist_ok=True)
    return store


@pytest.mark.parametrize("number", range(len(LINKS)))
def test_a_link_opens_without_a_complaint(visit, golden_store, number):
    row = LINKS[number]
    # The run this link starts from is nobody's here.
    link = {name: value for name, value in row["link"].items() if name != "initial" and not name.startswith("model")}
    test = visit(row["page"], **link)
    assert not [warning.value for warning in test.warning if "link" in warning.value]


@pytest.mark.parametrize("row", [row for row in RUNS if row["kind"] == "training"], ids=lambda row: row["name"])
def test_a_training_opens_on_its_page(visit, golden_store, row):
    test = visit("pages/train.py", run=row["id"])
    assert any(row["name"] in text.value for text in [*test.subheader, *test.header, *test.markdown, *test.title])


def test_an_atlas_opens_on_its_page(visit, golden_store):
    model = next(row["id"] for row in RUNS if row["kind"] == "training")
    test = visit("pages/atlas.py", model=model)
    assert not test.error


def test_the_lab_lists_what_is_there(visit, golden_store):
    test = visit("pages/lab.py")
    shown = [link.proto.label.replace("\\", "") for link in test.get("page_link")]
    assert {row["name"] for row in RUNS} <= set(shown)


def test_a_network_to_compare_with_is_chosen_first_and_then_its_epoch(visit, golden_store):
    test = visit("pages/atlas.py", layer="Conv2D_1")
    networks = next(box for box in test.selectbox if box.label == "Compare with")
    assert networks.options == ["Goes on from epoch 1", "Ada's small network"], "the latest first"
    test = networks.set_value("training-4e65a445").run()
    epochs = next(slider for slider in test.select_slider if slider.label == "As it was after")
    assert epochs.options == ["epoch 0", "epoch 1", "epoch 2", "its training"]
    assert not test.exception and not test.error
    epochs.set_value(1).run()
    press = next(button for button in test.button if button.label == "Make this atlas")
    press.click().run()
    assert not test.exception and not test.error
    assert golden_store.runs()[0].recipe().model == "training-4e65a445@1"
