"""The page Classes, without a browser, on a small survey made in advance."""

import numpy as np
import pytest
from support.layers import DIGITS, answering_engine, keep_survey, make_run

from mnistlab.patterns.distortions import strengths_of
from mnistlab.progress import Result
from mnistlab.recipes import RobustnessCurvesRecipe, TsneRecipe
from mnistlab.store.models import reference_network
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish

PAGE = "pages/classes.py"


def texts(test) -> str:
    elements = [*test.markdown, *test.warning, *test.error, *test.info, *test.caption]
    return "\n".join(element.value for element in elements)


@pytest.fixture
def surveyed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    answering_engine(monkeypatch)
    keep_survey(store, reference_network())


def test_without_workers_the_page_says_why_it_waits(visit) -> None:
    test = visit(PAGE)
    assert [title.value for title in test.title] == ["What makes a 4 a 4?"]
    assert test.caption


def test_the_mistakes_come_first(visit, surveyed) -> None:
    test = visit(PAGE)
    assert "are read right" in texts(test)
    assert [header.value for header in test.header] == ["Unclear digits"]
    assert dict(test.query_params) == {}


@pytest.mark.parametrize(
    ("link", "tab"),
    [
        ({"cls.label_a": "3"}, "What tells two apart"),
        ({"cls.digits": "three"}, "What tells two apart"),
        ({"cls.plane": "tsne"}, "All digits on one map"),
        ({"cls.kept": "4,5"}, "All digits on one map"),
        ({"cls.change": "blur"}, "How much change it bears"),
        ({"cls.is_a": "3"}, "Mistakes"),
        ({"cls.tab": "plane"}, "All digits on one map"),
        ({"cls.tab": "mistakes", "cls.label_a": "3"}, "Mistakes"),
    ],
)
def test_a_link_opens_the_tab_it_means(visit, surveyed, link: dict[str, str], tab: str) -> None:
    assert visit(PAGE, **link).session_state["cls.tab"] == tab


def test_pattern_and_control_are_there_without_a_click(visit, surveyed) -> None:
    test = visit(PAGE, **{"cls.tab": "points"})
    assert [metric.label for metric in test.metric][:3] == [
        "Unique points, red",
        "Common to both, yellow",
        "Unique with shuffled labels",
    ]
    assert "unique to 4 against 9" in texts(test)


def test_classes_and_thresholds_are_in_the_link(visit, surveyed) -> None:
    test = visit(PAGE, **{"cls.label_a": "3"})
    assert test.selectbox(key="cls.label_a").value == 3
    test.selectbox(key="cls.label_b").set_value(5).run()
    test.slider(key="cls.common").set_value(0.8).run()
    assert test.query_params["cls.label_b"] == "5"
    assert test.query_params["cls.common"] == "0.8"
    assert "unique to 3 against 5" in texts(test)


def test_one_class_against_itself_is_told(visit, surveyed) -> None:
    test = visit(PAGE, **{"cls.label_b": "4"})
    assert "two different classes" in texts(test)


def test_three_chosen_digits_of_each_class(visit, surveyed) -> None:
    test = visit(PAGE, **{"cls.digits": "three"})
    assert "the three 4s above" in texts(test)


def test_a_cell_is_chosen_without_a_pointer(visit, surveyed) -> None:
    test = visit(PAGE)
    test.selectbox(key="cls.is_a").set_value(2).run()
    test.selectbox(key="cls.read_as").set_value(2).run()
    assert "that are a 2" in texts(test)
    assert (test.query_params["cls.is_a"], test.query_params["cls.read_as"]) == ("2", "2")


def test_a_bad_link_is_told(visit, surveyed) -> None:
    test = visit(PAGE, **{"cls.common": "7", "cls.layer": "Nowhere"})
    assert "common" in texts(test)
    assert not test.exception


def test_the_digits_are_laid_out_by_a_job_and_its_run_is_found_again(visit, surveyed, store) -> None:
    test = visit(PAGE, **{"cls.tab": "plane"})
    test.button_group(key="cls.plane").set_value("tsne").run()
    assert test.query_params["cls.plane"] == "tsne"
    (button,) = [button for button in test.button if button.label == "Lay out all test digits"]
    button.click().run()
    (run,) = store.runs()
    assert run.recipe() == TsneRecipe(data="embedded")
    run.write_result(
        Result(
            {"plane": np.zeros((DIGITS, 2)), "labels": np.zeros(DIGITS, np.uint8)},
            {"network": reference_network().digest},
        ),
        None,
    )
    run.set_state("finished")
    assert "Neighbours mean something" in texts(visit(PAGE, **{"cls.plane": "tsne"}))


def test_the_plane_of_another_network_is_not_shown(visit, surveyed, store) -> None:
    run = store.create(TsneRecipe(data="embedded"), "of an earlier release")
    run.write_result(
        Result({"plane": np.zeros((DIGITS, 2)), "labels": np.zeros(DIGITS, np.uint8)}, {"network": "another"}), None
    )
    run.set_state("finished")
    test = visit(PAGE, **{"cls.plane": "tsne"})
    assert "Lay out all test digits" in [button.label for button in test.button]


def finished_curves(store: Store, model: str, digest: str, better: float) -> None:
    """Keep a finished run of robustness curves that begin at 99 % and fall evenly; `better`: how much less they fall."""
    recipe = RobustnessCurvesRecipe(model=model, data="embedded", digits=DIGITS)
    strengths = np.stack([strengths_of(kind, 10) for kind in recipe.kinds])
    fall = np.linspace(0.08, 0.8, 10) * (1 - better)
    accuracy = np.repeat((0.99 - fall)[None], 8, axis=0).astype(np.float32)
    arrays = {
        "kinds": np.array(recipe.kinds),
        "strengths": strengths,
        "accuracy": accuracy,
        "lower": accuracy - np.float32(0.01),
        "upper": accuracy + np.float32(0.01),
    }
    run = store.create(recipe, "curves", key=Wish.of(recipe, store).key)
    run.write_result(Result(arrays, {"digits": DIGITS, "accuracy": 0.99, "network": digest}), None)
    run.set_state("finished")


def test_changed_digits_are_read_by_a_job_and_its_curves_are_told(visit, surveyed, store: Store) -> None:
    test = visit(PAGE, **{"cls.tab": "robust"})
    (button,) = [button for button in test.button if button.label == "Read changed digits"]
    button.click().run()
    (run,) = store.runs()
    assert run.recipe() == RobustnessCurvesRecipe(data="embedded", digits=DIGITS)
    assert run.name() == "Changed digits, Reference network"
    run.set_state("cancelled")
    finished_curves(store, "reference", reference_network().digest, 0)
    test = visit(PAGE, **{"cls.tab": "robust"})
    said = texts(test)
    assert "Reference network reads 99.0 % of 10,000 digits right as they are" in said
    # From 99 % it falls by 8 points with each tenth: 90 % are left at 1.125 tenths of ten pixels.
    assert "Shift: 90 % are read right up to 1.1 pixels" in said
    test.button_group(key="cls.change").set_value("adversarial").run()
    assert test.query_params["cls.change"] == "adversarial"
    assert "in the direction that harms the right answer most" in texts(test)
    assert not test.exception


def test_two_networks_are_compared_and_the_link_holds_both(visit, surveyed, store: Store) -> None:
    other = make_run(store, 1)
    finished_curves(store, "reference", reference_network().digest, 0)
    link = {"cls.tab": "robust", "cls.change": "blur", "cls.beside": other.id}
    test = visit(PAGE, **link)
    assert dict(test.query_params) == link
    assert "Read them with that network, too" in [button.label for button in test.button]
    finished_curves(store, other.id, other.network().digest, 0.5)
    test = visit(PAGE, **link)
    assert "walked bears this (blur) better than Reference network: at 4 pixels it reads 59.0 % right" in texts(test)
    assert not test.exception


def test_a_second_network_that_is_gone_is_left_out(visit, surveyed, store: Store) -> None:
    finished_curves(store, "reference", reference_network().digest, 0)
    test = visit(PAGE, **{"cls.tab": "robust", "cls.beside": "training-no-such-run"})
    assert dict(test.query_params) == {"cls.tab": "robust"}
    assert "Shift: 90 %" in texts(test)
