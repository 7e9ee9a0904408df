"""What a teacher's link hides and says: known names and plain text, whatever somebody has written there."""

import random
import re

import pytest
from support.hostile import WORDS

from mnistlab.recipes import DreamRecipe, OipRecipe, TrainingRecipe
from mnistlab.recipes.link import from_link
from mnistlab.recipes.views import ActivationsLink, ClassesLink
from mnistlab.ui.shell.menu import PAGES
from mnistlab.ui.state.controls import (
    CONTROLS,
    LONGEST_HIDE,
    LONGEST_NOTE,
    MOST_LINES,
    controls_of,
    read_hide,
    read_note,
    style_of,
)

# One selector after the other of our own keys, and the one thing that is done to them.
SELECTOR = re.compile(r"\.st-key-[a-zA-Z0-9_-]+( \[role='tablist'\])?|\[class\*=\"st-key-[a-zA-Z0-9_-]+-\"\]")
TRAIN = "pages/train.py"
PIECES = (
    *WORDS,
    *CONTROLS[TRAIN],
    "*{display:none}",
    "</style><script>evil()</script>",
    "epochs}body{x:url(//evil.x)",
    "__class__",
    "‮evil",
    "\0",
    "ep\nochs",
    "epochs;drop",
    "𝔢𝔳𝔦𝔩" * 40,
    "0" * 3_000,
    "",
    " ",
    ",",
)


def is_style(css: str) -> bool:
    """Whether it hides elements with keys of ours, and does nothing else."""
    if not css:
        return True
    selectors, brace, rule = css.partition(" {")
    return (
        brace != ""
        and rule == " display: none !important; }"
        and all(SELECTOR.fullmatch(one) for one in selectors.split(", "))
    )


def test_every_page_has_something_to_hide_and_every_name_fits_into_a_link():
    assert CONTROLS.keys() == PAGES.keys()
    for page in PAGES:
        for name, control in controls_of(page).items():
            assert re.fullmatch(r"[a-z][a-z0-9_.]{1,40}", name)
            assert control.title and control.title[0].isupper()
            assert read_hide(name, page) == ((name,), "")
            assert is_style(style_of([name], page))


def test_no_two_controls_of_a_page_have_one_name_on_screen():
    for page in PAGES:
        titles = [control.title for control in controls_of(page).values()]
        assert len(set(titles)) == len(titles), page


@pytest.mark.parametrize("kind", [TrainingRecipe, OipRecipe, DreamRecipe, ActivationsLink, ClassesLink])
def test_no_recipe_takes_a_handout_for_its_own(kind):
    recipe, complaints = from_link(kind, {"hide": "epochs", "note": "Halve it."})
    assert (recipe.digest, complaints) == (kind().digest, [])


def test_an_unknown_name_costs_only_itself_and_is_told_in_one_sentence():
    names, sentence = read_hide("epochs,wheel,seed,brake", TRAIN)
    assert names == ("epochs", "seed")
    assert sentence == "This link hides “wheel” and 1 more, which this page does not have; the rest of the link holds."


def test_a_task_keeps_its_lines_and_is_cut_where_it_is_too_long():
    assert read_note("  Halve   the rate.\r\n\nWhat then? ") == ("Halve the rate.\nWhat then?", "")
    assert read_note("x" * LONGEST_NOTE) == ("x" * LONGEST_NOTE, "")
    for text in ("x" * (LONGEST_NOTE + 1), "x\n" * (MOST_LINES + 1)):
        note, sentence = read_note(text)
        assert 0 < len(note) <= LONGEST_NOTE and len(note.splitlines()) <= MOST_LINES
        assert sentence.count(".") == 1


def test_500_hostile_names_and_notes_hide_nothing_but_what_we_know():
    draw = random.Random(13)
    pages = list(PAGES)
    told = cut = 0
    for _ in range(500):
        page = draw.choice(pages)
        text = draw.choice([",", "", "\n"]).join(draw.choices(PIECES, k=draw.randint(1, 9)))
        names, sentence = read_hide(text, page)
        assert set(names) <= controls_of(page).keys() and len(set(names)) == len(names)
        assert is_style(style_of(names, page))
        assert len(sentence) < 160 and "\n" not in sentence
        told += bool(sentence)
        note, sentence = read_note(text)
        assert len(note) <= LONGEST_NOTE and len(note.splitlines()) <= MOST_LINES
        assert read_note(note)[0] == note, "what is in the address from then on stays as it is"
        cut += bool(sentence)
    assert told > 300 and 20 < cut < 480, "the pieces are bad ones, and good ones"
    assert read_hide("x" * (LONGEST_HIDE + 1), TRAIN)[0] == ()
