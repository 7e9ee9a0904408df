"""A stranger's words as Markdown and HTML; what a browser makes of them is looked at in tests/browser/test_hostile_words.py."""

import re

import pytest
from support.hostile import WORDS, is_live

from mnistlab.ui.parts.text import JOINER, as_html, inert


def shown(markdown: str) -> str:
    """What a reader sees."""
    return re.sub(r"\\(.)", r"\1", markdown).replace(JOINER, "")


@pytest.mark.parametrize("word", WORDS)
def test_a_hostile_word_is_dead_and_reads_as_it_was(word):
    assert is_live(word)
    assert not is_live(inert(word))
    assert shown(inert(word)) == " ".join(word.split())


@pytest.mark.parametrize(
    "text",
    ["Training 3", "“epochs” should be 1 to 200. Received: 'x'.", "snake_case, 50 % (a-b) + c!", "Ann's 2nd – ok"],
)
def test_ordinary_sentences_hardly_change(text):
    assert inert(text).replace(JOINER, "") == text


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("1. one", r"1\. one"),
        ("- one", r"\- one"),
        ("# one", r"\# one"),
        ("a\n\n# b\tc", "a # b c"),
        ("_it_ a_b", r"\_it\_ a_b"),
        ("a -> b", f"a -{JOINER}\\> b"),
        ("&lt;", r"\&lt;"),
        ("ends in \\", r"ends in \\"),
        ("a\u202egnp.exe\x00", "agnp.exe"),
    ],
)
def test_what_acts_is_escaped_and_what_misleads_is_left_out(text, markdown):
    assert inert(text) == markdown


def test_html_is_letters():
    assert as_html("<b x='1'>&\n\"") == "&lt;b x=&#x27;1&#x27;&gt;&amp; &quot;"
