"""The page Explain, without a browser and without a worker: it needs none."""

import re

import numpy as np
import pytest
from support.layers import answering_engine, make_run

from mnistlab.analysis.reading import layers_of
from mnistlab.analysis.why import STRONGEST, Target, explain
from mnistlab.data.scaling import scaled
from mnistlab.data.sources import digits
from mnistlab.store.models import reference_network
from mnistlab.store.runs import Store

PAGE = "pages/explain.py"


def texts(test) -> str:
    elements = [*test.markdown, *test.warning, *test.error, *test.info, *test.caption]
    return "\n".join([*(element.value for element in elements), *(element.proto.body for element in test.get("html"))])


def reason(test) -> str:
    return re.search(r"lab-verdict'>([^<]+)<", texts(test))[1]


def read_without(maps: list[int], number: int) -> int:
    """Return as what the reference network reads an embedded test digit with maps of the last convolution muted."""
    network, image = reference_network(), digits("embedded", "test").images[number]
    muted = [("Conv2D_3", index, 0.0) for index in maps]
    layers = layers_of(network.recipe, network.weights, scaled(image[None], network.recipe.scaling), muted)
    return int(layers["Dense_2"][0].argmax())


def test_the_reason_is_there_without_a_click(visit) -> None:
    test = visit(PAGE)
    assert re.match(r"Read as 4, not \d: (mostly|above all) maps [\d, ]+ and \d+ of Conv2D_3, which give", reason(test))
    assert "Nodes of Dense_1" in texts(test)
    assert "Points of Conv2D_3" in texts(test)
    assert "Maps of Conv2D_3" in texts(test)
    assert "the pattern it looks for (OIP)" in texts(test)
    assert dict(test.query_params) == {}


@pytest.mark.parametrize("number", [5, 18])
def test_what_the_sentence_says_of_muting_is_what_the_network_reads(visit, number: int) -> None:
    said = reason(visit(PAGE, **{"why.digit.index": str(number)}))
    maps = [int(one) for one in re.findall(r"\d+", re.search(r"maps? ([\d, and]+) of Conv2D_3", said)[1])]
    then = int(re.search(r"Without (?:them|that map) it would (?:still )?read (\d)", said)[1])
    assert read_without([], number) == int(re.match(r"Read as (\d)", said)[1])
    assert read_without(maps, number) == then


def test_each_question_has_its_answer_and_stands_in_the_link(visit) -> None:
    test = visit(PAGE, **{"why.label": "1", "why.against": "7"})
    assert "tends to" in reason(test) or "Read as" in reason(test)
    test.button_group(key="why.question").set_value("class").run()
    assert reason(test).startswith(("Read as 1", "1 is not the answer"))
    test.button_group(key="why.question").set_value("part").run()
    assert re.match(r"Map \d+ of Conv2D_3 has a mean of [\d.]+ on this digit: .* of Conv2D_2", reason(test))
    test.selectbox(key="why.layer").set_value("Dense_1").run()
    assert re.match(r"Node \d+ of Dense_1 has [\d.]+ on this digit", reason(test))
    assert {name: test.query_params[name] for name in ("why.question", "why.layer", "why.label")} == {
        "why.question": "part",
        "why.layer": "Dense_1",
        "why.label": "1",
    }
    assert not test.exception


def test_the_chosen_part_leads_to_its_own_pages_with_this_digit(visit) -> None:
    test = visit(PAGE, **{"why.digit.index": "7"})
    (shown,) = (header.value for header in test.header if header.value.endswith("of Conv2D_3"))
    number = re.search(r"Map (\d+)", shown)[1]
    (at_work,) = (link for link in test.get("page_link") if link.proto.label == "At work on this digit")
    assert at_work.proto.query_string == f"act.digit.index=7&act.layer=Conv2D_3&act.map_index={number}"
    test.button(key="why|deeper").click().run()
    assert reason(test).startswith(f"Map {number} of Conv2D_3 ")


@pytest.mark.parametrize(
    ("kind", "name"), [("points", r"Map \d+ at row \d, column \d of Conv2D_3"), ("nodes", r"Node \d+ of Dense_1")]
)
def test_a_point_or_a_node_can_be_looked_at_as_well(visit, kind: str, name: str) -> None:
    network, image = reference_network(), digits("embedded", "test").images[7]
    picture = scaled(image[None], network.recipe.scaling)[0]
    found = explain(network.recipe, network.weights, picture, Target("Dense_2", STRONGEST, STRONGEST))
    row = next(row for row in found.rows if row.kind == kind)
    link = {
        "why.digit.index": "7",
        "why.part.layer": row.layer,
        "why.part.kind": kind,
        "why.part.number": str(row.numbers[2]),
    }
    test = visit(PAGE, **link)
    assert re.fullmatch(name, test.header[0].value)
    assert f"number 3 of {len(row.numbers) + row.left:,} {kind} by size" in texts(test)
    assert dict(test.query_params) == link


def test_there_is_a_way_from_activations_with_the_digit(visit) -> None:
    test = visit("pages/activations.py", **{"act.digit.index": "9", "act.digit.edit.rotate": "20"})
    queries = [link.proto.query_string for link in test.get("page_link") if link.proto.label == "Why this answer?"]
    assert queries == ["why.digit.index=9&why.digit.edit.rotate=20"]


def test_a_network_of_a_run_without_an_atlas_is_explained_and_says_where_patterns_are_made(visit, store: Store) -> None:
    run = make_run(store, 1)
    test = visit(PAGE, model=run.id, **{"why.question": "part", "why.layer": "Conv2D_9", "why.map_index": "999"})
    assert "no layer “Conv2D_9”" in texts(test)
    assert "are not made yet" in texts(test)
    assert np.array_equal(test.select_slider(key="why.epoch").options, ["epoch 0", "epoch 1", "trained"])


def test_over_the_test_set_a_map_is_used_and_excited(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    answering_engine(monkeypatch)
    test = visit(PAGE, **{"why.tab": "used"})
    assert "digits to whose answer map" in texts(test)
    # The stand-in names digits 5 to 13 and 0 to 8.
    assert "4 of the nine stand in both rows" in texts(test)
    assert dict(test.query_params) == {"why.tab": "used"}


def test_what_is_left_without_the_maps_is_drawn_beside_chance(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    answering_engine(monkeypatch)
    said = texts(visit(PAGE, **{"why.tab": "without"}))
    # The stand-in has it so.
    assert "The share of answers that stay falls below half of what it is once the strongest map is muted" in said
    assert re.search(
        r"falls below half of what it is once the [\d to]+ strongest maps are muted; muted at random, \d+", said
    )


def test_other_methods_are_shown_with_their_test(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    answering_engine(monkeypatch)
    test = visit(PAGE, **{"why.tab": "methods", "why.method": "grad_cam"})
    assert "Grad-CAM: once 30 % of the ink is taken away" in texts(test)
    assert "Gradient does best here" in texts(test), "the stand-in has it so"
    assert "What it does not show" in texts(test)
    test.button_group(key="why.question").set_value("part").run()
    assert not test.exception
    assert "Grad-CAM: once" in texts(test)


def test_methods_are_tested_with_random_weights_and_a_moved_digit(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    answering_engine(monkeypatch)
    test = visit(PAGE, **{"why.tab": "tested"})
    assert "Grad-CAM: with the weights of Dense_2 in random places" in texts(test)
    assert "is the steadiest here, with 0.88" in texts(test), "the stand-in has it so"
    test.button_group(key="why.method").set_value("gradient").run()
    assert "Gradient: with the weights of Dense_2 in random places its picture is 0.00 alike" in texts(test)
    assert "It changes with the weights, as it must" in texts(test)
    assert "It hangs on where the digit happens to stand" in texts(test)
    assert dict(test.query_params) == {"why.tab": "tested", "why.method": "gradient"}
    assert not test.exception


def test_what_would_change_the_answer_is_said_and_stands_in_the_link(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    answering_engine(monkeypatch)
    test = visit(PAGE, **{"why.tab": "change"})
    said = texts(test)
    # The stand-in reads 4, then 9, and changes nine pixels by 40 for a 9.
    assert "spread over 9 pixels, none of them by more than 40 of 255 grey values, makes it a 9" in said
    assert "it is faint everywhere" in said
    assert "Among written digits it takes" in said
    assert "read as 9 from 50 % of the way on" in said
    assert "It is nearest to 1 and farthest from 9" in said
    assert "Into 1 class none was found" in said
    assert dict(test.query_params) == {"why.tab": "change"}


def test_another_class_is_taken_from_the_link_and_one_without_a_change_is_said_to_have_none(
    visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering_engine(monkeypatch)
    link = {"why.tab": "change", "why.other": "3"}
    test = visit(PAGE, **link)
    assert "spread over 3 pixels" in texts(test)
    assert dict(test.query_params) == link
    assert "No change was found among all pictures that makes it a 0" in texts(
        visit(PAGE, **{"why.tab": "change", "why.other": "0"})
    )
    # What the digit is read as already is no change: the next likely class is taken.
    assert "makes it a 9" in texts(visit(PAGE, **{"why.tab": "change", "why.other": "4"}))


def test_a_changed_picture_can_be_explained_in_its_turn(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    answering_engine(monkeypatch)
    test = visit(PAGE, **{"why.tab": "change", "why.digit.edit.rotate": "20"})
    test.button(key="why|take|all").click().run()
    assert not test.exception
    assert test.query_params["why.digit.source"] == "drawing"
    assert "why.digit.edit.rotate" not in test.query_params
    assert len(test.query_params["why.digit.pixels"]) == 1046
