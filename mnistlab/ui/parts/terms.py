"""Sentences whose glossary terms show their explanations."""

import re
from functools import lru_cache

import streamlit as st

from mnistlab.glossary import TERMS
from mnistlab.pictures.encoding import data_address
from mnistlab.ui.parts.term_pictures import picture_of
from mnistlab.ui.parts.text import as_html

# [[term]], or [[term|its form in the sentence]].
TERM = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")


def draw_prose(text: str, explained: set[str] | None = None) -> None:
    """Draw sentences; a word in double brackets shows its meaning while the pointer or the focus is on it.

    Arguments:
        text: of our own, or of a lesson, whose words have been looked up.
        explained: the words that the page has explained already, and need it no more; added to. None: it explains none elsewhere.
    """
    if explained is not None:
        text = _explained_once(text, explained)
    st.html(f"<p class='lab-prose'>{prose(text)}</p>")


def introduce(text: str, *words: str) -> None:
    """Draw the first sentences of a page, and below them the other words of the field that stand on it, which open to their cards.

    So each word is explained before it is met, also where it is part of a widget, which has no room for that. Closed, they are one stop on the way by keyboard.

    Arguments:
        text: as for `draw_prose`.
        words: of the glossary.
    """
    told = {found[1] for found in TERM.finditer(text)}
    more = tuple(word for word in words if word not in told)
    draw_prose(text)
    if more:
        st.html(cards(more))


@lru_cache(maxsize=50)
def cards(words: tuple[str, ...]) -> str:
    """Return the cards of words as HTML, closed: what each means, its picture, and where to see it."""
    entries = "".join(f"<div><dt>{as_html(word)}</dt><dd>{_card(word)}</dd></div>" for word in words)
    summary = f"Words on this page: {as_html(', '.join(words))}"
    return f"<details class='lab-words'><summary>{summary}</summary><dl>{entries}</dl></details>"


def _card(name: str) -> str:
    term, picture = TERMS[name], picture_of(name)
    image = "" if picture is None else f"<img src='{data_address(picture)}' alt=''>"
    link = f"<a href='{as_html(term.page)}' target='_blank'>See {as_html(term.there)}</a>"
    return f"{image}<span>{as_html(term.says)}</span> {link}"


def _explained_once(text: str, explained: set[str]) -> str:
    """Return sentences in which only words that are new on the page stand in brackets."""

    def first(found: re.Match[str]) -> str:
        if found[1] in explained:
            return found[2] or found[1]
        explained.add(found[1])
        return found[0]

    return TERM.sub(first, text)


# Lessons say what was computed, so there are ever new ones.
@lru_cache(maxsize=500)
def prose(text: str) -> str:
    """Return sentences as HTML; see `draw_prose`.

    Raises:
        KeyError: if a term is not in the glossary.
    """
    parts, end = [], 0
    for match in TERM.finditer(text):
        parts += [_plain(text[end : match.start()]), _term(match[1], match[2] or match[1])]
        end = match.end()
    return "".join([*parts, _plain(text[end:])])


def _plain(text: str) -> str:
    """Return text as HTML, preserving a blank at either end, which a browser would drop."""
    before, after = (" " if text[:1].isspace() else ""), (" " if text[-1:].isspace() and text.strip() else "")
    return f"{before}{as_html(text)}{after}"


def _term(name: str, word: str) -> str:
    key = "term-" + re.sub("[^a-z]", "-", name.lower())
    return (
        f"<span class='lab-term' tabindex='0' aria-describedby='{key}'>{as_html(word)}"
        f"<span role='tooltip' id='{key}'>{_card(name)}</span></span>"
    )
