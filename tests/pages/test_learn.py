"""The page Learn: each lesson gone through with right and with wrong answers, left and come back to, and on other networks."""

import html
import re

import numpy as np
import pytest
from support.layers import ANSWERS, answering_engine
from support.patterns import carve, find_oip

from mnistlab.data.sources import first_digits
from mnistlab.lessons.blots import blot_facts
from mnistlab.lessons.carvings import carving_facts, carving_recipe
from mnistlab.lessons.case import Case
from mnistlab.lessons.dense import ACTIVE, classes_of, points_facts, points_found, size_facts
from mnistlab.lessons.judging import is_right
from mnistlab.lessons.layers import field_facts, maps_facts, mute_facts
from mnistlab.lessons.lesson import ChoiceQuestion, ClassQuestion, CurveQuestion, SortQuestion, SquareQuestion
from mnistlab.lessons.partners import partner_facts, partner_recipe, partners
from mnistlab.lessons.patterns import (
    growth_facts,
    growth_recipe,
    scale_recipes,
    scales_facts,
    throws_facts,
    throws_recipe,
)
from mnistlab.lessons.pixels import filter_facts, light_facts, pixel_facts
from mnistlab.lessons.shelf import shelf
from mnistlab.lessons.trainings import training_facts, training_recipe
from mnistlab.lessons.words import TERM, filled
from mnistlab.recipes import NetworkRecipe, TrainingRecipe, layer_rows, weight_shapes
from mnistlab.results.readings import PointCounts, Survey
from mnistlab.settings import settings
from mnistlab.store.answers import Answers
from mnistlab.store.learning import Learning
from mnistlab.store.models import find_network, reference_network
from mnistlab.store.networks import StoredNetwork, write_network
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish
from mnistlab.store.visitors import visitor_id
from mnistlab.ui.shell import visitors

LEARN = "pages/learn.py"
LESSONS = ("numbers", "filter", "maps", "training", "dense", "two-patterns", "pattern", "only-one", "matters", "dreams")
AT_ONCE = {
    "pixel": pixel_facts,
    "light": light_facts,
    "filter": filter_facts,
    "field": field_facts,
    "maps": maps_facts,
    "mute": mute_facts,
    "size": size_facts,
    "explanation": blot_facts,
}
TOOLTIP = re.compile(r"<span role='tooltip'.*?</a></span>")


def words_on(test) -> str:
    """All that can be read on a page, but what the glossary says when it is asked."""
    bodies = [TOOLTIP.sub("", element.proto.body) for element in test.get("html")]
    plain = [html.unescape(re.sub(r"<[^>]+>", "", body)) for body in bodies if not body.startswith("<style>")]
    elements = [*test.title, *test.header, *test.markdown, *test.caption, *test.info, *test.success, *test.warning]
    return "\n".join([*plain, *(element.value.replace("\\", "").replace("**", "") for element in elements)])


def as_read(sentence: str) -> str:
    """A sentence of a lesson as it stands on the page."""
    return " ".join(TERM.sub(lambda found: found[2] or found[1], sentence).split())


def lesson_of(store: Store, name: str):
    return shelf(store.home).find(name)


def case_of(throw: int = 0) -> Case:
    return Case(reference_network(), "embedded", throw)


def facts_of(store: Store, part, case: Case, model: str = "reference"):
    """The facts of a part, computed without the page."""
    if part.kind in AT_ONCE:
        return AT_ONCE[part.kind](part, case)
    if part.kind == "growth":
        return growth_facts(part, case, find_oip(store, growth_recipe(part, case, model).to_json()))
    if part.kind == "throws":
        return throws_facts(part, case, find_oip(store, throws_recipe(part, case, model).to_json()))
    if part.kind == "scales":
        recipes = scale_recipes(part, case, model)
        return scales_facts(part, case, {grid: find_oip(store, one.to_json()) for grid, one in recipes.items()})
    if part.kind == "points":
        return counted_points(store, part, case, model)
    if part.kind == "carving":
        recipes = [carving_recipe(part, case, model, restored=restored) for restored in (True, False)]
        return carving_facts(part, case, recipes[0], *(carve(store, one.to_json()) for one in recipes))
    if part.kind == "partner":
        recipe = partner_recipe(part, case)
        trained(store, recipe)
        (run,) = [run for run in store.runs() if run.recipe() == recipe]
        return partner_facts(partners(part, case, find_network(run.id, store)))
    recipe = training_recipe(part, case)
    return training_facts(part, recipe, trained(store, recipe))


def counted_points(store: Store, part, case: Case, model: str):
    """The facts of two classes, of what the stand-in for the workers has kept."""
    arguments = ("embedded", *classes_of(part, case), part.layer, ACTIVE)
    answers = Answers(store.home)
    survey = Survey.of(answers.read(ANSWERS["survey_test_set"](store, model, "embedded")))
    counted = PointCounts.of(answers.read(ANSWERS["count_points"](store, model, *arguments)))
    return points_facts(part, case, points_found(part, case, survey, counted))


def trained(store: Store, recipe: TrainingRecipe):
    """The reports of a training that somebody has carried out already."""
    run = next((run for run in store.runs() if run.recipe() == recipe), None)
    if run is None:
        run = store.create(recipe, "trained before", key=Wish.of(recipe, store).key)
        for epoch in range(1, recipe.epochs + 1):
            about = {"time": 1.0 * epoch, "done": epoch, "total": recipe.epochs, "loss": 1 / epoch}
            run.append_event(
                about | {"stage": "training", "accuracy": 0.97, "images_per_second": 9, "learning_rate": 0.001}
            )
            run.append_event(
                about | {"stage": "epoch done", "epoch": epoch, "val_accuracy": 0.5 + 0.03 * epoch, "val_loss": 1.0}
            )
        write_network(run.path / "model", random_network(recipe.network))
        run.set_state("finished")
    return run.event_log().read()


def random_network(recipe: NetworkRecipe, seed: int = 0) -> StoredNetwork:
    """A network that nobody has trained."""
    generator = np.random.default_rng(seed)
    shapes = weight_shapes(recipe)
    return StoredNetwork(
        recipe, {name: generator.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
    )


def right_answer(question, fact):
    match question:
        case SortQuestion():
            return [one.pile for one in question.statements]
        case CurveQuestion():
            return [float(round(height)) for height in fact]
        case ChoiceQuestion() | ClassQuestion():
            return fact
        case SquareQuestion():
            return int(fact)
    steps = round((fact - question.least) / question.step)
    return type(question.step)(question.least + steps * question.step)


def wrong_answer(question, fact):
    match question:
        case SortQuestion():
            return [next(pile for pile in question.piles if pile != one.pile) for one in question.statements]
        case CurveQuestion():
            return [float(question.most if fact[0] < question.most / 2 else question.least)] * question.points
        case ChoiceQuestion():
            return next(name for name in question.options if name != fact)
        case ClassQuestion():
            return next(name for name in "0123456789" if name != fact)
        case SquareQuestion():
            return 1 if fact > 14 else 28
    return question.least if fact > (question.least + question.most) / 2 else question.most


def give(test, question, value):
    """Answer the question that is open."""
    match question:
        case CurveQuestion():
            fields = [one for one in test.number_input if ".answer." in one.key]
            for field, height in zip(fields, value, strict=True):
                field.set_value(height)
        case SortQuestion():
            for radio, pile in zip(test.radio, value, strict=True):
                radio.set_value(pile)
        case ChoiceQuestion():
            test.radio[0].set_value(value)
        case ClassQuestion():
            test.button_group(key=next(one.key for one in test.button_group if one.key.endswith(".answer"))).set_value(
                value
            )
        case SquareQuestion():
            slider = next(one for one in test.slider if one.key.endswith(".answer"))
            slider.set_value(type(slider.value)(value))
        case _:
            slider = next(one for one in test.select_slider if one.key.endswith(".answer"))
            slider.set_value(min(slider.options[1:], key=lambda one: abs(float(one) - value)))
    next(button for button in test.button if button.key.endswith(".give")).click().run()
    assert not test.exception


@pytest.mark.parametrize("is_learnt", [True, False], ids=["right", "wrong"])
@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_is_gone_through(visit, store, monkeypatch: pytest.MonkeyPatch, name: str, is_learnt: bool) -> None:
    answering_engine(monkeypatch)
    lesson = lesson_of(store, name)
    test = visit(LEARN, lesson=name)
    for place, step in enumerate(lesson.places):
        facts = facts_of(store, step.part, case_of())
        known = {one: step.part.FACTS[one].written(fact) for one, fact in facts.items()}
        fact = facts.get(step.question.right)
        before = words_on(test)
        assert step.title in before
        assert as_read(filled(step.question.asks, {} if step.part.SLOW else known)) in before
        assert "You said" not in before
        told_later = max(re.split(r"\{\w+\}", as_read(step.explain.why)), key=len).strip()
        assert told_later not in before, "nothing is given away before the answer"
        value = (right_answer if is_learnt else wrong_answer)(step.question, fact)
        assert is_right(step.question, value, fact) == is_learnt
        give(test, step.question, value)
        after = words_on(test)
        told = (step.explain.right if is_learnt else step.explain.wrong).replace("{answer}", "…")
        for part in as_read(filled(told, known)).split("…"):
            assert part.strip() in after
        for paragraph in step.explain.why.strip().split("\n\n"):
            assert as_read(filled(paragraph, known)) in after
        assert not re.search(r"\{\w+\}", after), "every fact is filled in"
        on = [link.proto for link in test.main.get("page_link")]
        assert [link.page for link in on if link.query_string] in (
            ["activations"],
            ["oip"],
            ["train"],
            ["classes"],
            ["dream"],
            ["atlas"],
            ["explain"],
        ), "one way on"
        if place < len(lesson.steps):
            test.button(key="learn.next").click().run()
    kept = Learning(store.home).of("")[name]
    assert set(kept.right.values()) == {is_learnt}
    assert len(kept.right) == len(lesson.places)
    assert (f"You can {lesson.can}" in words_on(test)) == is_learnt
    test.button(key="learn.all").click().run()
    assert "You can explain by now" in words_on(test)
    assert "All answered" in words_on(test)


def test_every_lesson_of_ours_is_walked_here(store) -> None:
    assert tuple(shelf(store.home).own) == LESSONS


def test_the_page_begins_with_all_lessons_and_each_can_be_begun(visit, store) -> None:
    test = visit(LEARN)
    shown = words_on(test)
    for name, lesson in shelf(store.home).own.items():
        assert lesson.title in shown
        test.button(key=f"learn.open.{name}").click().run()
        assert not test.exception
        assert test.query_params["lesson"] == name
        test.button(key="learn.all").click().run()
        assert "lesson" not in test.query_params
    assert "You can explain by now" not in words_on(test), "nothing has been answered"


def test_who_leaves_and_comes_back_goes_on_where_they_were(visit, store) -> None:
    lesson = lesson_of(store, "numbers")
    test = visit(LEARN, lesson="numbers")
    give(test, lesson.steps[0].question, 7)
    # Another session of the same visitor, as after a reload or a restart.
    later = visit(LEARN)
    assert "1 of 5 answered" in words_on(later)
    later.button(key="learn.open.numbers").click().run()
    assert later.query_params["step"] == "2"
    again = visit(LEARN, lesson="numbers")
    assert "You said: 7" in words_on(again)


def test_one_button_stands_out_that_of_the_first_lesson_still_open(visit, store) -> None:
    def standing_out(test) -> list[str]:
        types = {name: test.button(key=f"learn.open.{name}").proto.type for name in LESSONS}
        return [name for name, kind in types.items() if kind == "primary"]

    assert standing_out(visit(LEARN)) == ["numbers"]
    answers = Learning(store.home)
    for step in lesson_of(store, "numbers").ids:
        answers.keep("", "numbers", step, 0)
    assert standing_out(visit(LEARN)) == ["filter"]


def test_start_again_forgets_one_lesson_or_all(visit, store) -> None:
    for name in ("numbers", "maps"):
        test = visit(LEARN, lesson=name)
        question = lesson_of(store, name).steps[0].question
        give(test, question, 8)
    test.button(key="learn.again").click().run()
    assert "You said" not in words_on(test)
    assert set(Learning(store.home).of("")) == {"numbers"}
    test = visit(LEARN)
    test.button(key="learn.forget").click().run()
    assert Learning(store.home).of("") == {}
    assert "1 of 5 answered" not in words_on(test)


def test_an_answer_can_be_given_anew(visit, store) -> None:
    question = lesson_of(store, "numbers").steps[0].question
    test = visit(LEARN, lesson="numbers")
    give(test, question, 0)
    test.button(key="learn.anew.0").click().run()
    assert "You said" not in words_on(test)
    give(test, question, 255)
    assert "You said: 255" in words_on(test)


def test_no_answer_is_asked_for_first(visit, store) -> None:
    test = visit(LEARN, lesson="filter")
    next(button for button in test.button if button.key.endswith(".give")).click().run()
    assert "Answer the whole question first" in words_on(test)
    assert Learning(store.home).of("") == {}


@pytest.mark.parametrize(("lesson", "step"), [("numbers", 0), ("matters", 1), ("matters", 3)])
def test_a_slider_that_nobody_has_moved_is_no_answer_and_its_least_number_is_one(
    visit, store, lesson: str, step: int
) -> None:
    test = visit(LEARN, lesson=lesson, step=str(step + 1))
    next(button for button in test.button if button.key.endswith(".give")).click().run()
    assert "Move the slider to your prediction first." in words_on(test)
    assert Learning(store.home).of("") == {}
    give(test, lesson_of(store, lesson).places[step].question, 0)
    assert Learning(store.home).of("")[lesson].answers == {lesson_of(store, lesson).ids[step]: 0}


def test_another_case_is_another_digit_with_an_answer_of_its_own(visit, store) -> None:
    lesson = lesson_of(store, "numbers")
    test = visit(LEARN, lesson="numbers", step="5")
    seen = []
    for throw in range(2):
        facts = pixel_facts(lesson.check.part, case_of(throw))
        assert f"the marked pixel has the value {facts['value']:.0f}" in words_on(test)
        seen.append(case_of(throw).number("new"))
        give(test, lesson.check.question, right_answer(lesson.check.question, facts["standardised"]))
        assert f"You can {lesson.can}" in words_on(test)
        test.button(key="learn.throw").click().run()
    assert len(set(seen)) == 2
    assert "You said" not in words_on(test)


def test_visitors_of_a_lab_have_each_their_own_way(visit, store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MNISTLAB_LAB", "1")
    settings.cache_clear()
    monkeypatch.setattr(visitors, "_proof", lambda: ("browser", "ann"))
    give(visit(LEARN, lesson="numbers"), lesson_of(store, "numbers").steps[0].question, 7)
    monkeypatch.setattr(visitors, "_proof", lambda: ("browser", "bob"))
    assert "You said" not in words_on(visit(LEARN, lesson="numbers"))
    ann, bob = (visitor_id("browser", name) for name in ("ann", "bob"))
    assert set(Learning(store.home).of(ann)) == {"numbers"}
    assert Learning(store.home).of(bob) == {}


def network_of(store: Store, recipe: NetworkRecipe, seed: int = 0) -> str:
    """A network that nobody has trained, as a finished run of the store; its name."""
    run = store.create(TrainingRecipe(data="embedded", network=recipe), "another")
    write_network(run.path / "model", random_network(recipe, seed))
    run.set_state("finished")
    return run.id


SHALLOW = NetworkRecipe.read({"conv": [{"filters": 8}, {"filters": 16}], "pool": [2]})


def test_a_step_that_does_not_fit_says_so_and_offers_the_reference_network(visit, store) -> None:
    test = visit(LEARN, lesson="maps", step="2", model=network_of(store, SHALLOW))
    assert "This step is about Conv2D_3, and the network in use has no such layer." in words_on(test)
    assert not [button for button in test.button if button.key and button.key.endswith(".give")]
    next(button for button in test.button if button.label == "Use the reference network").click().run()
    give(test, lesson_of(store, "maps").steps[1].question, 18)
    assert "It is 18×18 pixels" in words_on(test)


# Another depth, other kernels, pools and activations, a pool at the end, no hidden layer: as somebody may bring them.
OTHERS = {
    "two convolutions": SHALLOW,
    "other sizes": NetworkRecipe.read(
        {
            "conv": [{"filters": 6, "kernel": 5, "activation": "tanh"}, {"filters": 7, "kernel": 4}],
            "pool": [3, 2],
            "dense": [],
        }
    ),
    "four convolutions": NetworkRecipe.read(
        {
            "conv": [{"filters": 4}, {"filters": 6}, {"filters": 60, "kernel": 2}, {"filters": 9, "kernel": 2}],
            "pool": [2, 2, 1],
        }
    ),
}
WALKED = [
    *((name, "two convolutions") for name in LESSONS),
    *(("maps", kind) for kind in ("other sizes", "four convolutions")),
    *(("filter", "other sizes"), ("matters", "four convolutions")),
]
WALKED_IN_SOAK = [(name, kind) for name in LESSONS for kind in OTHERS if (name, kind) not in WALKED]


def why_not(part, recipe: NetworkRecipe) -> str:
    """Why a step does not fit a network; "" where it does."""
    layers = {row.name: row.shape for row in layer_rows(recipe)}
    layer, index, kernel = getattr(part, "layer", "new"), getattr(part, "map", "new"), recipe.conv[0].kernel
    if part.kind == "filter" and kernel != 3:
        return f"This step is about filters of 3×3 weights; those of the network in use have {kernel}×{kernel}."
    if layer != "new" and layer not in layers:
        return f"This step is about {layer}, and the network in use has no such layer."
    if isinstance(index, int) and index >= layers[layer][-1]:
        return f"This step is about map {index} of {layer}, which has only {layers[layer][-1]} here."
    return ""


@pytest.mark.parametrize(
    ("name", "kind"), [*WALKED, *(pytest.param(*one, marks=pytest.mark.soak) for one in WALKED_IN_SOAK)]
)
def test_each_lesson_is_gone_through_on_other_networks(visit, store, monkeypatch, name: str, kind: str) -> None:
    """What does not fit says so before anything is asked; all else is answered by this network, or by the training of the step."""
    answering_engine(monkeypatch)
    network = network_of(store, OTHERS[kind], seed=2)
    case = Case(find_network(network, store), "embedded")
    lesson = lesson_of(store, name)
    test = visit(LEARN, lesson=name, model=network)
    for place, step in enumerate(lesson.places):
        buttons = {button.label for button in test.button}
        reason = why_not(step.part, OTHERS[kind])
        if reason:
            assert reason in words_on(test)
            assert "Use the reference network" in buttons
            assert "This is my answer" not in buttons
        else:
            facts = facts_of(store, step.part, case, network)
            for answer in (right_answer, wrong_answer):
                give(test, step.question, answer(step.question, facts[step.question.right]))
                known = {one: step.part.FACTS[one].written(fact) for one, fact in facts.items()}
                told = words_on(test)
                assert all(as_read(filled(part, known)) in told for part in step.explain.why.strip().split("\n\n"))
                assert Learning(store.home).of("")[name].right[lesson.ids[place]] == (answer is right_answer)
                if answer is right_answer:
                    next(button for button in test.button if button.label == "Answer anew").click().run()
        if place < len(lesson.steps):
            test.button(key="learn.next").click().run()
            assert not test.exception


def test_no_step_calls_a_layer_the_last_that_need_not_be(store) -> None:
    """A network in use may have more convolutions than the reference network."""
    for lesson in shelf(store.home).own.values():
        for step in lesson.places:
            if getattr(step.part, "layer", "new") == "new":
                continue
            told = as_read(" ".join((step.text, step.question.asks, step.look or "", step.explain.why)))
            assert "last convolution" not in told, step.title


def test_a_case_of_another_tab_is_answered_as_that_tab_shows_it(visit, store) -> None:
    lesson = lesson_of(store, "numbers")
    one, other = (visit(LEARN, lesson="numbers", step="5") for _ in range(2))
    value = right_answer(lesson.check.question, pixel_facts(lesson.check.part, case_of(0))["standardised"])
    give(other, lesson.check.question, 8.0)
    other.button(key="learn.throw").click().run()
    give(one, lesson.check.question, value)
    assert f"You can {lesson.can}" in words_on(one), "right for the digit that it was asked about"
    kept = Learning(store.home).of("")["numbers"]
    assert (kept.throw, kept.right) == (0, {"check": True})


def test_a_visitors_answers_are_read_once_a_run(visit, store, monkeypatch: pytest.MonkeyPatch) -> None:
    test = visit(LEARN, lesson="numbers")
    give(test, lesson_of(store, "numbers").steps[0].question, 7)
    reads = []
    read = Learning.of
    monkeypatch.setattr(Learning, "of", lambda self, visitor: reads.append(visitor) or read(self, visitor))
    test.run()
    assert "You said: 7" in words_on(test)
    assert len(reads) == 1


def test_right_answers_and_sentences_are_those_of_the_network_in_use(visit, store) -> None:
    """The same answer is right on one network and wrong on another, and every figure follows."""
    question = lesson_of(store, "maps").steps[2].question
    on_reference = visit(LEARN, lesson="maps", step="3")
    give(on_reference, question, 288)
    assert "It has 288" in words_on(on_reference)
    assert "3 × 3 × 32 = 288" in words_on(on_reference)
    other = visit(LEARN, lesson="maps", step="3", model=network_of(store, SHALLOW))
    assert "You said: 288" in words_on(other), "the answer stays"
    assert "You said 288. It has 72." in words_on(other)
    assert "3 × 3 × 8 = 72" in words_on(other)
    assert Learning(store.home).of("")["maps"].right["depth"] is False


def test_how_a_digit_is_read_is_asked_of_the_network_in_use(visit, store) -> None:
    name = network_of(store, NetworkRecipe(), seed=3)
    part = lesson_of(store, "matters").steps[0].part
    facts = mute_facts(part, Case(find_network(name, store), "embedded"))
    test = visit(LEARN, lesson="matters", model=name)
    assert f"map {facts['map']:.0f}." in words_on(test)
    assert facts["map"] != mute_facts(part, case_of())["map"]


def test_a_link_to_no_lesson_or_step_shows_what_there_is(visit) -> None:
    test = visit(LEARN, lesson="[evil](//evil.x)")
    assert any("There is no lesson" in warning.value for warning in test.warning)
    for step in ("0", "99", "x", "-1", "٣"):
        test = visit(LEARN, lesson="numbers", step=step)
        assert "One pixel, one number" in words_on(test)
        assert "step" not in test.query_params


OWN = """
title = "<b>Mine</b>"
minutes = 3
can = "say it."
mends = "None."
[[steps]]
title = "A [link](//evil.x)"
text = "A **text** with <img src=//evil.x>, :red[evil] and {count} pixels."
part = {kind = "pixel", digit = 0}
question = {kind = "class", asks = "Which class?", right = "label"}
explain = {right = "It is {label}.", wrong = "{answer}? It is {label}.", why = "`evil` $x$"}
[check]
title = "Check"
text = "Again."
part = {kind = "light", digit = "new"}
question = {kind = "class", asks = "What is it read as?", right = "read"}
explain = {right = "It is {read}.", wrong = "{answer}? It is {read}.", why = "So."}
"""


def test_a_teachers_lesson_is_shown_its_words_are_letters_and_faults_are_named(visit, store) -> None:
    folder = store.home / "lessons"
    folder.mkdir()
    (folder / "mine.toml").write_text(OWN)
    (folder / "broken.toml").write_text(OWN.replace('kind = "pixel"', 'kind = "python"'))
    test = visit(LEARN)
    assert "Of this lab" in words_on(test)
    assert "broken.toml, line 9: There is no part of the kind “python”" in words_on(test)
    test.button(key="learn.open.lab.mine").click().run()
    assert "<img src=//evil.x>, :red[evil] and 784 pixels." in words_on(test)
    for element in test.get("html"):
        assert "<img src=//evil" not in element.proto.body
    give(test, lesson_of(store, "lab.mine").steps[0].question, "0")
    assert "It is 0." in words_on(test)
    test.button(key="learn.next").click().run()
    read = light_facts(lesson_of(store, "lab.mine").check.part, case_of())["read"]
    give(test, lesson_of(store, "lab.mine").check.question, read)
    assert "You can say it." in words_on(test)


def test_a_data_file_cut_short_is_told_and_replaced(visit, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mnist.npz").write_bytes(b"PK\x03\x04 cut short")
    monkeypatch.setenv("MNISTLAB_DATA", str(tmp_path / "mnist.npz"))
    settings.cache_clear()
    test = visit(LEARN, lesson="numbers")
    assert "cut short" in words_on(test)
    give(test, shelf(tmp_path).find("numbers").steps[0].question, 7)
    assert "You said: 7" in words_on(test)


def test_an_answer_to_a_question_that_has_changed_is_no_answer(visit, store) -> None:
    for name, answer in (("numbers", "yes"), ("filter", 12.0)):
        Learning(store.home).keep("", name, lesson_of(store, name).ids[0], answer)
        assert "You said" not in words_on(visit(LEARN, lesson=name))


def test_the_digit_of_a_step_is_a_test_digit_at_hand(store) -> None:
    digits = first_digits("embedded", "test", 4)
    assert (case_of().digit(3) == digits.images[3]).all()
