"""Every word of the glossary that a page explains is there, is said in plain words, and has a picture that shows something."""

import re

import numpy as np
import pytest
from support.sentences import assert_sentence

from mnistlab.checkout import ROOT
from mnistlab.glossary import TERMS
from mnistlab.ui.parts.term_pictures import PICTURES, picture_of

PAGES = {path.stem for path in (ROOT / "pages").glob("*.py")}
MARKED = [
    found
    for path in (ROOT / "mnistlab" / "ui" / "pages").rglob("*.py")
    for found in re.findall(r"\[\[([a-zA-Z -]+)(?:\||\]\])", path.read_text())
]


def test_pages_explain_words_and_all_of_them_are_in_the_glossary():
    assert len(set(MARKED)) >= 10
    assert set(MARKED) <= TERMS.keys()


@pytest.mark.parametrize("name", TERMS)
def test_a_word_is_said_in_one_or_two_plain_sentences_and_leads_to_a_page(name):
    term = TERMS[name]
    assert_sentence(term.says)
    assert len(term.says) <= 180
    assert term.page.partition("?")[0] in PAGES


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_something_and_is_one_of_a_word(name):
    assert name in TERMS
    picture = picture_of(name)
    assert picture.dtype == np.uint8
    assert picture.ndim == 2
    assert picture.max() == 255
    assert len(np.unique(picture)) >= 2


def test_a_map_is_what_the_network_makes_of_the_digit():
    """The picture of a map has as many pixels as the network's own, and that of a pool the largest of each four."""
    values, pooled = picture_of("map"), picture_of("pool")
    assert values.shape == (26, 26)
    np.testing.assert_array_equal(pooled, values.reshape(13, 2, 13, 2).max(axis=(1, 3)))
