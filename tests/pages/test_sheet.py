"""The sheet to take home: what was answered, what came of it, pictures and links; strangers' words are letters there as well."""

import html
import re
from html.parser import HTMLParser

import pytest
from support import set_files
from support.hostile import WORDS, is_live
from support.layers import ANSWERS
from support.patterns import find_oip

from mnistlab.keeping import Recent
from mnistlab.lessons.case import Case
from mnistlab.lessons.dense import ACTIVE, classes_of
from mnistlab.lessons.partners import partner_recipe
from mnistlab.lessons.patterns import growth_facts, growth_recipe
from mnistlab.lessons.pixels import pixel_facts
from mnistlab.lessons.shelf import shelf
from mnistlab.store.learning import Learning
from mnistlab.store.models import reference_network
from mnistlab.store.networks import write_network
from mnistlab.store.sets import BroughtSet, keep_set
from mnistlab.store.sharing import Wish
from mnistlab.ui.answers import shared
from mnistlab.ui.pages.learn.sheet import page
from mnistlab.ui.pages.learn.sheet.content import Chapter, Entry
from mnistlab.ui.pages.learn.sheet.keepsakes import Picture
from mnistlab.ui.pages.learn.sheet.texts import html_of, markdown_of

LEARN = "pages/learn.py"
SQUARE = "data:image/png;base64,AAAA"
ALLOWED = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "section", "a", "div", "figure"}
ALLOWED |= {"img", "figcaption"}


class Tags(HTMLParser):
    """The tags of a page, and the addresses it names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names, self.addresses, self.words = set[str](), list[str](), ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.names.add(tag)
        self.addresses += [value for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data):
        self.words += data


@pytest.fixture
def made(monkeypatch):
    """What the buttons load down, by the function that made it."""
    made = {}
    for name, make in (("html", html_of), ("markdown", markdown_of)):

        def kept(*arguments, name=name, make=make):
            made[name] = make(*arguments)
            return made[name]

        monkeypatch.setattr(page, f"{name}_of", kept)
    return made


def test_the_sheet_says_what_was_answered_and_what_came_of_it(visit, store, made) -> None:
    lesson = shelf(store.home).find("numbers")
    facts = pixel_facts(lesson.steps[0].part, Case(reference_network(), "embedded"))
    right = facts[lesson.steps[0].question.right]
    Learning(store.home).keep("", "numbers", "pixel", int(right))
    Learning(store.home).keep("", "training", "curve", [10.0, 20.0, 30.0, 40.0])
    test = visit(LEARN)
    test.button(key="learn.sheet").click().run()
    assert not test.exception
    assert test.query_params["sheet"] == "yes"
    tags = Tags(made["html"])
    assert tags.names <= ALLOWED
    for text in (tags.words, made["markdown"].replace("\\", "")):
        assert lesson.title in text
        assert "You said:" in text
        assert "(right)" in text
        assert "(not judged)" in text, "no training has been carried out"
    assert any(one.startswith("data:image/png") for one in tags.addresses)
    assert "http://localhost/learn?lesson=numbers&step=1" in tags.addresses
    assert "<script" not in made["html"]
    assert not re.search(r"\{\w+\}", tags.words.partition("}\n")[2].rpartition("}")[2]), "every fact is filled in"
    test.button(key="learn.sheet.back").click().run()
    assert "sheet" not in test.query_params


def test_nothing_on_the_sheet_is_computed_of_other_digits_than_those_in_use(visit, store, made) -> None:
    clothes = keep_set(BroughtSet(set_files.made(10), set_files.NAMES[:10]), "Clothes", "")
    Learning(store.home).keep("", "numbers", "pixel", 7)
    visit(LEARN, sheet="yes", digits=clothes)
    assert "(not judged)" in made["html"], "the lesson is about digits"
    assert "data:image" not in made["html"]


def test_a_pattern_that_was_grown_is_on_the_sheet_with_its_sentence(visit, store, made, monkeypatch) -> None:
    # Other tests in this process may have asked for the same pattern.
    monkeypatch.setattr(shared, "_answers", Recent(shared.MOST_BYTES, shared._size))
    lesson = shelf(store.home).find("pattern")
    at, step = next((at, one) for at, one in enumerate(lesson.steps) if one.part.kind == "growth")
    case = Case(reference_network(), "embedded")
    recipe = growth_recipe(step.part, case, "reference")
    found = find_oip(store, recipe.to_json())
    facts = growth_facts(step.part, case, found)
    answer = facts.get(step.question.right)
    Learning(store.home).keep("", "pattern", lesson.ids[at], answer if isinstance(answer, str) else step.question.least)
    visit(LEARN, sheet="yes")
    assert "The pattern of map" not in made["html"], "nothing is asked of workers for a sheet"
    shared.keep(f"oip/{recipe.digest}/{reference_network().digest}", found)
    visit(LEARN, sheet="yes")
    assert f"The pattern of map {facts['map']:.0f} of" in made["html"]
    assert "/oip?" in html.unescape(made["html"])


def test_the_digits_of_a_map_and_its_partner_are_on_the_sheet_once_the_second_network_is_there(
    visit, store, made
) -> None:
    lesson, reference = shelf(store.home).find("only-one"), reference_network()
    step = next(one for one in lesson.steps if one.part.kind == "partner" and not one.part.candidates)
    Learning(store.home).keep("", "only-one", str(step.id), "yes")
    visit(LEARN, sheet="yes")
    assert "(not judged)" in made["html"]
    assert "data:image" not in made["html"]
    recipe = partner_recipe(step.part, Case(reference, "embedded"))
    run = store.create(recipe, "the second", key=Wish.of(recipe, store).key)
    # The same network once more: map 56 is its own partner.
    write_network(run.path / "model", reference)
    run.set_state("finished")
    visit(LEARN, sheet="yes")
    assert "The digits that excite map 56 most" in made["html"]
    assert "Those that excite map 56 of the second network most" in made["markdown"].replace("\\", "")
    assert "(right)" in made["html"]
    assert len([one for one in Tags(made["html"]).addresses if one.startswith("data:image/png")]) == 2


def test_an_unclear_digit_and_an_explanation_are_on_the_sheet(visit, store, made) -> None:
    Learning(store.home).keep("", "matters", "blot", 0)
    Learning(store.home).keep("", "dense", "unclear", "yes")
    visit(LEARN, sheet="yes")
    assert "red speaks for" in made["html"]
    assert "most unclear" not in made["html"], "nothing is asked of workers for a sheet"
    lesson = shelf(store.home).find("dense")
    part = next(one.part for one in lesson.steps if one.id == "unclear")
    arguments = ("embedded", *classes_of(part, Case(reference_network(), "embedded")), part.layer, ACTIVE)
    ANSWERS["survey_test_set"](store, "reference", "embedded")
    ANSWERS["count_points"](store, "reference", *arguments)
    visit(LEARN, sheet="yes")
    assert "The most unclear 4" in made["html"]


def test_nothing_answered_is_said(visit, store, made) -> None:
    test = visit(LEARN, sheet="yes")
    assert "You have answered nothing yet" in test.info[0].value
    assert made == {}


@pytest.mark.parametrize("words", WORDS)
def test_words_of_strangers_are_letters_on_a_sheet(words) -> None:
    entry = Entry(words, words, words, None, words, (Picture(SQUARE, words),), ((words, "http://localhost/learn"),))
    chapters = [Chapter(words, words, True, (entry,))]
    tags = Tags(html_of(words, words, chapters))
    assert tags.names <= ALLOWED
    assert set(tags.addresses) == {SQUARE, "http://localhost/learn"}
    told = markdown_of(words, words, chapters)
    for line in told.splitlines():
        ours = re.sub(r"^#+ |!?\[(.*)\](\[1\]|\(<http://localhost/learn>\))$|^\[1\]: .*", r"\1", line)
        assert not is_live(ours), line
