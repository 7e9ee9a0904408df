"""Sentences whose glossary terms show their explanations."""

import re
from functools import cache

import streamlit as st

from mnistlab.glossary import TERMS
from mnistlab.pictures.encoding import data_address
from mnistlab.ui.parts.term_pictures import picture_of
from mnistlab.ui.parts.text import as_html

# [[term]], or [[term|its form in the sentence]].
TERM = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")


def draw_prose(text: str) -> None:
    """Draw sentences of our own; a term in double brackets shows its meaning while it is hovered or focused."""
    st.html(f"<p class='lab-prose'>{prose(text)}</p>")


@cache
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
    term = TERMS[name]
    key = "term-" + re.sub("[^a-z]", "-", name.lower())
    picture = picture_of(name)
    image = "" if picture is None else f"<img src='{data_address(picture)}' alt=''>"
    link = f"<a href='{as_html(term.page)}' target='_blank'>See {as_html(term.there)}</a>"
    return (
        f"<span class='lab-term' tabindex='0' aria-describedby='{key}'>{as_html(word)}"
        f"<span role='tooltip' id='{key}'>{image}<span>{as_html(term.says)}</span>{link}</span></span>"
    )
