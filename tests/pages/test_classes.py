"""The page Classes, without a browser, on a small survey made in advance."""

import numpy as np
import pytest
from support.layers import DIGITS, answering_engine, keep_survey, make_run

from mnistlab.data.sources import first_digits
from mnistlab.patterns.distortions import strengths_of
from mnistlab.progress import Result
from mnistlab.recipes import LabelsRecipe, RobustnessCurvesRecipe, TrainingRecipe, TsneRecipe
from mnistlab.store.models import reference_network
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish
from mnistlab.store.verdicts import Verdicts

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


def test_what_each_class_is_read_by_is_drawn_with_its_maps_and_its_mistakes(visit, surveyed) -> None:
    test = visit(PAGE, **{"cls.tab": "reasons", "cls.reason": "3"})
    assert [header.value for header in test.header] == [
        "The maps that carry it",
        "Right for an unusual reason",
        "Wrong, and why",
    ]
    told = texts(test)
    assert "In the mean of 3s most speaks for it" in told
    assert "3s are carried most by map" in told
    assert "The reasons of these 12 are only" in told
    assert "these maps do carry the mistakes" in told
    scale = " ".join(one.proto.body for one in test.main.get("html"))
    assert "speaks for the class" in scale


def test_another_class_and_method_are_in_the_link(visit, surveyed) -> None:
    test = visit(PAGE, **{"cls.tab": "reasons"})
    assert dict(test.query_params) == {"cls.tab": ["reasons"]} or dict(test.query_params) == {"cls.tab": "reasons"}
    test.selectbox(key="cls.reason").set_value(7).run()
    test.selectbox(key="cls.method").set_value("lrp_epsilon").run()
    assert (test.query_params["cls.reason"], test.query_params["cls.method"]) == ("7", "lrp_epsilon")
    assert "In the mean of 7s" in texts(test)
    assert "ink or none" in texts(test)


def test_who_may_say_i_do_not_know_makes_fewer_mistakes(visit, surveyed) -> None:
    test = visit(PAGE, **{"cls.tab": "unsure", "cls.sure": "0.8"})
    told = texts(test)
    assert "It answers" in told
    assert "expected calibration error" in told
    test.select_slider(key="cls.sure").set_value(0.0).run()
    assert "It answers every digit then" in texts(test)
    assert test.query_params["cls.sure"] == "0.0"
    test.select_slider(key="cls.sure").set_value(0.9999).run()
    assert "It answers no digit then" in texts(test)


def test_a_threshold_of_a_link_that_is_on_no_slider_holds(visit, surveyed) -> None:
    test = visit(PAGE, **{"cls.tab": "unsure", "cls.sure": "0.8765"})
    assert test.select_slider(key="cls.sure").value == 0.8765
    assert not test.exception


def test_without_workers_the_reasons_say_why_they_wait(visit) -> None:
    test = visit(PAGE, **{"cls.tab": "reasons"})
    assert test.selectbox(key="cls.method").value == "integrated_gradients"
    assert test.caption


def keep_readings(store, wrong: list[int]) -> None:
    """Put readings of the training digits into the store, in which some seem to be of the class after their own."""
    labels = first_digits("embedded", "train", 60_000).labels
    outputs = np.full((60_000, 10), 0.02, np.float32)
    read = labels.astype(int)
    read[wrong] = (read[wrong] + 1) % 10
    outputs[np.arange(60_000), read] = 0.82
    recipe = LabelsRecipe(network=reference_network().recipe, data="embedded")
    run = store.create(recipe, "readings", key=Wish.of(recipe, store).key)
    run.write_result(Result({"outputs": outputs, "labels": labels}, {"accuracy": 0.9}), None)
    run.set_state("finished")


def test_wrong_labels_are_looked_for_by_a_job(visit, surveyed, store) -> None:
    test = visit(PAGE, **{"cls.tab": "labels"})
    (button,) = [button for button in test.button if button.label == "Look for wrong labels"]
    button.click().run()
    (run,) = store.runs()
    assert run.recipe() == LabelsRecipe(network=reference_network().recipe, data="embedded")


def test_verdicts_are_kept_and_go_into_a_training(visit, surveyed, store) -> None:
    keep_readings(store, [7, 11, 40])
    test = visit(PAGE, **{"cls.tab": "labels"})
    assert "They doubt 3 labels" in texts(test)
    assert "Training digit 7 is labelled" in texts(test)
    test.button(key="cls|verdict.wrong").click().run()
    assert "Training digit 11 is labelled" in texts(test)
    test.button(key="cls|verdict.right").click().run()
    # After a reload they are still there.
    test = visit(PAGE, **{"cls.tab": "labels"})
    assert "You have judged 2: 1 label wrong and 1 label right." in texts(test)
    assert "Training digit 40 is labelled" in texts(test)
    (button,) = [button for button in test.button if button.label == "Train without them"]
    button.click().run()
    (training,) = [run for run in store.runs() if run.id.startswith("training")]
    assert training.recipe().left_out == (7,)
    assert training.recipe().network == reference_network().recipe


def test_a_verdict_can_be_taken_back(visit, surveyed, store) -> None:
    keep_readings(store, [7, 11])
    test = visit(PAGE, **{"cls.tab": "labels"})
    test.button(key="cls|verdict.wrong").click().run()
    test = visit(PAGE, **{"cls.tab": "labels", "cls.suspect": "7"})
    assert "Your verdict: label wrong." in texts(test)
    test.button(key="cls|verdict.wrong").click().run()
    assert "You have judged none yet." in texts(test)
    assert Verdicts(store.home).of("", "embedded") == {}


def test_what_the_labels_changed_is_told_once_both_are_trained(visit, surveyed, store) -> None:
    keep_readings(store, [7])
    Verdicts(store.home).keep("", "embedded", 7, "wrong")
    for without, right in (("", 900), ("7", 990)):
        recipe = TrainingRecipe(network=reference_network().recipe, data="embedded", without=without)
        run = store.create(recipe, "trained", key=Wish.of(recipe, store).key)
        confusion = np.diag([right, 0])
        confusion[0, 1] = 1000 - right
        run.write_result(Result({"confusion": confusion}, {"accuracy": right / 1000, "complete": True}), None)
        run.set_state("finished")
    told = texts(visit(PAGE, **{"cls.tab": "labels"}))
    assert "90.00 % of 1,000 test digits are read right, without the 1 digit 99.00 %: 90 more" in told
    assert "did harm" in told


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
