"""The pages OIP and Atlas, without a browser and without workers."""

import pytest
from support.layers import answering_engine

from mnistlab.recipes import OipRecipe
from mnistlab.store.networks import StoredNetwork

OIP, ATLAS = "pages/oip.py", "pages/atlas.py"


def texts(test) -> str:
    elements = [*test.markdown, *test.warning, *test.error, *test.info, *test.caption, *test.header]
    return "\n".join(element.value for element in elements)


def test_oip_begins_with_map_0_and_says_that_workers_are_missing(visit) -> None:
    test = visit(OIP)
    assert test.number_input(key="oip.target.map").value == 0
    assert test.slider(key="oip.ascent.steps").value == OipRecipe().ascent.steps
    assert "The workers are" in texts(test) or "MNISTLAB_SCHEDULER" in texts(test)


def test_a_moved_scale_is_in_the_link(visit) -> None:
    test = visit(OIP)
    test.slider(key="oip.start.amplitudes.2").set_value(0.4).run()
    assert test.query_params["start.amplitudes.2"] == "0.4"


def test_a_link_fills_the_form(visit) -> None:
    test = visit(
        OIP, **{"target.layer": "Conv2D_2", "target.map_index": "5", "start.source": "digit", "start.index": "19"}
    )
    assert test.selectbox(key="oip.target.layer").value == "Conv2D_2"
    assert test.number_input(key="oip.target.map").value == 5
    assert test.slider(key="oip.start.index").value == 19


def test_a_dense_layer_asks_for_a_node(visit) -> None:
    test = visit(OIP, **{"target.layer": "Dense_2", "target.map_index": "none", "target.node": "7"})
    assert test.number_input(key="oip.target.node").value == 7


def test_a_weighted_sum_of_maps_is_chosen_and_in_the_link(visit) -> None:
    test = visit(OIP, **{"target.map_index": "5"})
    test.button_group(key="oip.target.kind").set_value("sum").run()
    assert test.multiselect(key="oip.target.maps").value == [5]
    test.multiselect(key="oip.target.maps").set_value([5, 7]).run()
    test.slider(key="oip.target.weights.7").set_value(-0.5).run()
    link = {name: text for name, text in test.query_params.items() if name.startswith("target.")}
    other = visit(OIP, **link)
    assert other.multiselect(key="oip.target.maps").value == [5, 7]
    assert other.slider(key="oip.target.weights.7").value == -0.5
    test.multiselect(key="oip.target.maps").set_value([]).run()
    assert "at least one map" in texts(test)


def test_all_amplitudes_zero_get_one_sentence(visit) -> None:
    test = visit(OIP)
    for place in range(2):
        test.slider(key=f"oip.start.amplitudes.{place}").set_value(0.0)
    test.run()
    assert "All amplitudes are zero" in texts(test)


@pytest.mark.parametrize(
    "link",
    [
        {"target.layer": "Conv2D_9"},
        {"target.map_index": "9999"},
        {"start.source": "nonsense"},
        {"start.source": "drawing", "start.pixels": "###"},
        {"ascent.steps": "-3"},
    ],
)
def test_bad_links_break_nothing(visit, link: dict) -> None:
    visit(OIP, **link)


def test_the_shipped_atlas_shows_every_map_and_its_story(visit) -> None:
    test = visit(ATLAS, map="56")
    assert "128 of 128 maps" in texts(test)
    assert "Map 56 of Conv2D_3" in texts(test)
    test.selectbox(key="atlas.sort").set_value("number").run()
    assert "128 of 128 maps" in texts(test)
    test.selectbox(key="atlas.only").set_value("rescued").run()
    assert "128 of 128" not in texts(test)
    assert not test.exception


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"layer": "Nope"}, "“layer” should be one of Conv2D_1, Conv2D_2, Conv2D_3. Received: 'Nope'."),
        ({"map": "99999"}, "“map” should be a whole number from 0 to 127. Received: '99999'."),
        ({"map": "abc"}, "“map” should be a whole number"),
        ({"map": "9" * 5000}, "“map” should be a whole number"),
        ({"sort": "x"}, "“sort” should be one of similarity, number,"),
        ({"only": "**x**"}, "“only” should be one of all, idle,"),
    ],
)
def test_what_an_atlas_link_asks_for_and_cannot_be_is_told_once(visit, link: dict, words: str) -> None:
    test = visit(ATLAS, **link)
    told = [warning.value.replace("\\", "") for warning in test.warning]
    assert len(told) == 1
    assert told[0].startswith("This link has an invalid setting: ")
    assert words in told[0]
    assert "128 of 128 maps" in texts(test)
    test.selectbox(key="atlas.sort").set_value("score").run()
    assert not test.warning


def test_classes_have_their_names(visit, monkeypatch: pytest.MonkeyPatch) -> None:
    names = tuple(f"kind *{label}*" for label in range(10))
    monkeypatch.setattr(StoredNetwork, "classes", property(lambda _: names))
    test = visit(ATLAS, map="56")
    assert "The network reads the pattern as a kind \\*" in texts(test)
    answering_engine(monkeypatch)
    test = visit(OIP)
    assert "the network reads it as a kind \\*" in texts(test)
    assert "kind" in next(metric.value for metric in test.metric if metric.label == "Read as")


def test_the_atlas_of_another_layer_has_its_maps(visit) -> None:
    test = visit(ATLAS, layer="Conv2D_1", map="9999")
    assert "32 of 32 maps" in texts(test)
    assert not test.exception


@pytest.fixture
def answered(visit, monkeypatch: pytest.MonkeyPatch):
    """The page OIP as it is once a worker has answered everything, with one of the views below."""

    def ask(view: str, **link: str):
        answering_engine(monkeypatch)
        test = visit(OIP, **link)
        test.button_group(key="oip.more").set_value(view).run()
        assert not test.exception
        return test

    return ask


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("Which scale?", "The highest score comes from"),
        ("The only one?", "All 16 starts led to **8 different patterns**."),
        ("What else?", "All 4 starts led to **2 different patterns**."),
        ("What wakes it?", "**1,234** of the patterns"),
        ("Why blank?", "**45** training digits"),
    ],
)
def test_every_question_below_a_pattern_is_answered(answered, view: str, said: str) -> None:
    test = answered(view)
    assert "scores 2 after" in texts(test)
    assert "**4.0 times** the largest" in texts(test)
    assert said in texts(test)


def test_what_the_doctor_advises_is_done(answered) -> None:
    test = answered("Why blank?")
    test.button(key="oip.more.remedy.0").click().run()
    assert not test.exception
    assert test.query_params["ascent.steps"] == "1200"
