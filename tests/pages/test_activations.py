"""The page Activations, without a browser, its questions answered in this process by a stand-in for the worker."""

import re

import numpy as np
import pytest
from support.layers import answering_engine, layers_of

from mnistlab.data.drawing import to_text
from mnistlab.data.embedded import sample_digits
from mnistlab.data.sources import digits
from mnistlab.recipes import TrainingRecipe
from mnistlab.store.models import reference_network
from mnistlab.store.runs import Store

PAGE = "pages/activations.py"


def texts(test) -> str:
    elements = [*test.markdown, *test.warning, *test.error, *test.info, *test.caption]
    return "\n".join([*(element.value for element in elements), *(element.proto.body for element in test.get("html"))])


@pytest.fixture
def answered(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    answering_engine(monkeypatch)


def strongest(layer: str, number: int) -> int:
    """Return the map or node of a layer with the largest value on a test digit."""
    image = digits("embedded", "test").images[number]
    values = layers_of(reference_network(), image[None])[layer][0]
    return int(values.reshape(-1, values.shape[-1]).max(axis=0).argmax())


def test_without_workers_the_page_shows_the_digit_and_says_why_there_is_no_more(visit) -> None:
    test = visit(PAGE)
    assert "Test digit 4, a 4" in texts(test)
    assert "5 of 10,000" in texts(test)
    assert "reads …" in texts(test)


def test_a_well_chosen_digit_and_the_first_convolution_are_there_without_a_click(visit, answered) -> None:
    test = visit(PAGE)
    assert "Conv2D_1: 32 maps of 26×26 nodes" in texts(test)
    assert test.header[0].value == f"Map {strongest('Conv2D_1', 4)} of Conv2D_1"
    assert "comes from:" in texts(test)
    assert dict(test.query_params) == {}


@pytest.mark.parametrize("layer", ["Max_Pool_1", "Conv2D_2", "Conv2D_3", "Dense_1", "Dense_2"])
def test_every_layer_can_be_looked_at_and_is_in_the_link(visit, answered, layer: str) -> None:
    test = visit(PAGE)
    test.button_group(key="act.layer").set_value(layer).run()
    assert not test.exception
    assert f"{layer}: " in texts(test)
    assert test.query_params["act.layer"] == layer
    assert test.header[0].value.endswith(f" {strongest(layer, 4)} of {layer}")


def test_each_layer_shows_what_it_makes_of_the_digit(visit, answered) -> None:
    def pictures(test) -> list[str]:
        style = next(text for text in (element.proto.body for element in test.get("html")) if "nth-of-type(1)" in text)
        return re.findall(r"nth-of-type\(\d+\)::before \{ background-image: url\((data:image/png[^)]+)\)", style)

    four, seven = (pictures(visit(PAGE, **{"act.digit.index": index})) for index in ("4", "7"))
    assert len(four) == len(seven) == 7
    assert all(one != other for one, other in zip(four, seven, strict=True))


@pytest.mark.parametrize(
    ("link", "seen"),
    [
        ({}, "comes from:"),
        ({"act.tab": "tests"}, "Over 10,000 test digits"),
        ({"act.tab": "weights"}, "weights from"),
        ({"act.tab": "mute"}, "Without changes: "),
        ({"act.tab": "growth"}, "keeps only its final weights"),
        ({"act.factors.0.layer": "Conv2D_3", "act.factors.0.index": "4"}, "Map 4 of Conv2D_3: × 0"),
    ],
)
def test_one_question_is_open_and_stands_in_the_link(visit, answered, link: dict[str, str], seen: str) -> None:
    test = visit(PAGE, **link)
    assert not test.exception
    assert seen in texts(test)
    assert ("comes from:" in texts(test)) == (seen == "comes from:"), "only the open question is drawn"
    assert dict(test.query_params) == link


def test_a_dense_node_tells_from_which_map_and_place_its_value_comes(visit, answered) -> None:
    said = texts(visit(PAGE, **{"act.layer": "Dense_1"}))
    assert re.search(r"parts of the sum come from map \d+ at [012], [012] with", said)
    assert re.search(r"parts of the sum come from node \d+ with", texts(visit(PAGE, **{"act.layer": "Dense_2"})))


def test_the_strongest_map_is_that_of_the_digit_unless_one_is_chosen(visit, answered) -> None:
    for number in (4, 19):
        test = visit(PAGE, **{"act.layer": "Conv2D_2", "act.digit.index": str(number)})
        assert test.header[0].value == f"Map {strongest('Conv2D_2', number)} of Conv2D_2"
    assert visit(PAGE, **{"act.map_index": "0"}).header[0].value == "Map 0 of Conv2D_1"


def test_a_link_restores_digit_layer_map_and_node(visit, answered) -> None:
    link = {"act.digit.index": "19", "act.layer": "Conv2D_2", "act.map_index": "7", "act.row": "3", "act.column": "4"}
    test = visit(PAGE, **link)
    assert test.number_input(key="act.digit.index").value == 19
    assert test.number_input(key="act|map_index").value == 7
    assert "row 3, column 4" in texts(test)
    assert {name: test.query_params[name] for name in link} == link


def test_a_number_typed_is_like_a_click(visit, answered) -> None:
    test = visit(PAGE)
    test.number_input(key="act|map_index").set_value(5).run()
    test.number_input(key="act|row").set_value(2).run()
    assert test.query_params["act.map_index"] == "5"
    assert test.query_params["act.row"] == "2"
    assert test.header[0].value == "Map 5 of Conv2D_1"


def test_a_bad_link_is_told_and_costs_only_itself(visit, answered) -> None:
    test = visit(PAGE, **{"act.layer": "Conv2D_9", "act.scale": "nonsense", "act.digit.index": "12"})
    assert "no layer “Conv2D_9”" in texts(test)
    assert "scale" in texts(test)
    assert test.number_input(key="act.digit.index").value == 12


def test_a_digit_is_typed_without_a_pointer(visit, answered) -> None:
    test = visit(PAGE)
    test.button_group(key="act.digit.way").set_value("type").run()
    assert "Nothing typed yet" in texts(test)
    test.text_area(key="act.digit.typed").set_value("..#\n..#\n..#\n..#").run()
    assert test.query_params["act.digit.source"] == "drawing"
    assert "Your digit" in texts(test)
    test.text_area(key="act.digit.typed").set_value("#" * 40).run()
    assert "at most 28 rows" in texts(test)
    assert "Your digit" in texts(test), "the digit from before stays"


def test_a_drawing_in_a_link_is_shown_and_a_damaged_one_is_told(visit, answered) -> None:
    pixels = to_text(sample_digits([3], 1)[0])
    assert "Your digit" in texts(visit(PAGE, **{"act.digit.source": "drawing", "act.digit.pixels": pixels}))
    assert "pixels" in texts(visit(PAGE, **{"act.digit.source": "drawing", "act.digit.pixels": "AAAA"}))


def test_classes_and_neighbours_are_found_by_buttons(visit, answered) -> None:
    test = visit(PAGE)
    test.selectbox(key="act.picker.label").set_value(7).run()
    test.button(key="act.digit.next").click().run()
    index = test.number_input(key="act.digit.index").value
    assert index % 10 == 7, "the embedded digits come in turn"
    test.button(key="act.digit.next").click().run()
    assert test.number_input(key="act.digit.index").value == index + 10
    test.button(key="act.digit.previous").click().run()
    assert test.number_input(key="act.digit.index").value == index


def test_the_list_a_digit_was_picked_from_is_in_the_link(visit, answered) -> None:
    test = visit(PAGE)
    test.selectbox(key="act.picker.label").set_value(7).run()
    test.selectbox(key="act.picker.order").set_value("unclear").run()
    assert {name: test.query_params[name] for name in ("act.picker.label", "act.picker.order")} == {
        "act.picker.label": "7",
        "act.picker.order": "unclear",
    }
    other = visit(PAGE, **{"act.picker.label": "3", "act.picker.order": "misread"})
    assert other.selectbox(key="act.picker.label").value == 3
    assert other.selectbox(key="act.picker.order").value == "misread"


@pytest.mark.parametrize("way", ["draw", "type", "upload"])
def test_the_way_a_digit_was_made_is_in_the_link(visit, answered, way: str) -> None:
    test = visit(PAGE)
    test.button_group(key="act.digit.way").set_value(way).run()
    pixels = to_text(sample_digits([3], 1)[0])
    link = {name: test.query_params[name] for name in test.query_params} | {"act.digit.pixels": pixels}
    other = visit(PAGE, **link)
    assert other.button_group(key="act.digit.way").value == way
    assert "Your digit" in texts(other), "the finished digit is in the link, whichever way it was made"


def test_blends_and_changes_are_in_the_link(visit, answered) -> None:
    test = visit(PAGE)
    test.button_group(key="act.digit.way").set_value("blend").run()
    assert "from a 4 to a 9" in texts(test)
    test.slider(key="act.digit.blend.amount").set_value(0.25).run()
    test.slider(key="act.digit.edit.rotate").set_value(30).run()
    assert test.query_params["act.digit.blend.amount"] == "0.25"
    assert test.query_params["act.digit.edit.rotate"] == "30"
    test.button(key="act.digit.unchanged").click().run()
    assert "act.digit.edit.rotate" not in test.query_params


def test_up_to_four_digits_stand_side_by_side(visit, answered) -> None:
    test = visit(PAGE)
    for index in (11, 12, 13):
        test.button(key="act|keep").click().run()
        test.number_input(key="act.digit.index").set_value(index).run()
    assert not test.exception
    assert test.button(key="act|keep").disabled
    assert texts(test).count("Conv2D_1: 32 maps") >= 4
    test.button(key="act|remove1").click().run()
    assert texts(test).count("Conv2D_1: 32 maps") == 3
    assert "act.beside.1.source" not in test.query_params


def test_a_map_is_muted_boosted_and_left_alone_again(visit, answered) -> None:
    test = visit(PAGE, **{"act.tab": "mute"})
    assert "With changes" not in texts(test)
    test.button(key="act|mute").click().run()
    assert test.query_params["act.factors.0.layer"] == "Conv2D_1"
    assert "With changes" in texts(test)
    test.slider(key="act|factor").set_value(2.0).run()
    assert test.query_params["act.factors.0.factor"] == "2.0"
    test.button(key="act|undo0").click().run()
    assert "act.factors.0.layer" not in test.query_params


def test_what_was_chosen_is_still_there_after_another_page(visit, answered) -> None:
    test = visit(PAGE, **{"act.digit.index": "23"})
    test.switch_page("pages/lab.py").run()
    test.query_params.clear()
    test.switch_page(PAGE).run()
    assert test.number_input(key="act.digit.index").value == 23


def test_a_run_has_its_epochs_to_walk_through(visit, store: Store, answered) -> None:
    from support.layers import make_run

    run = make_run(store, epochs=2)
    test = visit(PAGE, model=run.id)
    test.select_slider(key="act.epoch").set_value(0).run()
    assert not test.exception
    assert test.query_params["act.epoch"] == "0"
    assert TrainingRecipe().kind in run.id


def test_uploads_are_read_or_told(visit, answered) -> None:
    from mnistlab.pictures.encoding import png

    test = visit(PAGE)
    test.button_group(key="act.digit.way").set_value("upload").run()
    assert "No picture of a digit yet" in texts(test)
    assert "drawn yet" not in texts(test)
    test.file_uploader(key="act.digit.file").set_value(
        ("digit.png", png(sample_digits([3], 1)[0], 8), "image/png")
    ).run()
    assert "Your digit" in texts(test)
    before = test.query_params["act.digit.pixels"]
    test.file_uploader(key="act.digit.file").set_value(("digit.png", b"nonsense", "image/png")).run()
    assert "not a picture" in texts(test)
    assert test.query_params["act.digit.pixels"] == before
    assert np.asarray(before).size == 1


def test_what_was_taken_is_shown_and_another_piece_can_be_chosen(visit, answered) -> None:
    from mnistlab.pictures.encoding import png

    sheet = np.full((200, 400), 235, np.uint8)
    for left, digit in zip((20, 220), sample_digits([2, 5], 4), strict=True):
        sheet[20:188, left : left + 168] -= np.kron(digit, np.ones((6, 6), np.uint8)) // 5 * 4
    test = visit(PAGE)
    test.button_group(key="act.digit.way").set_value("upload").run()
    test.file_uploader(key="act.digit.file").set_value(("two.png", png(sheet), "image/png")).run()
    assert "In blue: the piece read as the digit" in texts(test)
    assert "There are 2 pieces that may be the digit" in texts(test)
    first = test.query_params["act.digit.pixels"]
    [choice] = [group for group in test.button_group if group.label == "Which piece is the digit"]
    choice.set_value(1).run()
    assert not test.exception
    assert test.query_params["act.digit.pixels"] != first
    # What was doubtful about a picture is not said of another digit.
    test.button_group(key="act.digit.way").set_value("test").run()
    assert "pieces that may be the digit" not in texts(test)
