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
