"""A stranger's words -> the same words with nothing in them that Markdown or HTML acts on; and whole sentences drawn like that.

Links, files, names and errors carry words that somebody else chose. Streamlit takes what it draws for Markdown, so a sentence that is not
written out in the code goes through `warn`, `fail`, `tell` or `note`, and a word inside other Markdown through `inert`. A test asks for that.
"""

import html
import re
import unicodedata
from typing import Any

from mnistlab.ui.mends.reading import st

# Signs that act in the middle of a line; `_` only at the rim of a word.
MARKUP = re.compile(r"[\\`*\[\]<>$~&|]|(?<![^\W_])_|_(?![^\W_])")
# What acts at the beginning of a line: headings, lists, quotations, rules.
BEGINNING = re.compile(r"^(\d*)([#+\-=.)])")
# Streamlit looks for these in the finished text, where no backslash is left: addresses, icons, colours, arrows. Something must stand within.
LOOKED_FOR = re.compile(r"(?i):(?=\S)|www(?=\.)|@(?=\S)|(?<!\S)[<>~-](?=[=>-]>?(?!\S))")
# Has no width and breaks no line.
JOINER = "\u2060"
# They turn the direction of all that follows.
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def inert(text: str) -> str:
    """Return `text` as Markdown that shows it letter by letter, on one line."""
    text = LOOKED_FOR.sub(lambda found: found[0] + JOINER, _on_one_line(text))
    return BEGINNING.sub(r"\1\\\2", MARKUP.sub(r"\\\g<0>", text))


def as_html(text: str) -> str:
    """Return `text` as HTML that shows it letter by letter, on one line; for the inside of elements, quoted attributes, and names in charts."""
    return html.escape(_on_one_line(text))


def warn(sentence: str) -> None:
    """Draw a sentence on what is not as somebody wished."""
    st.warning(inert(sentence))


def fail(sentence: str) -> None:
    """Draw a sentence on what could not be done."""
    st.error(inert(sentence))


def tell(sentence: str) -> None:
    """Draw a sentence on how things are."""
    st.info(inert(sentence))


def note(sentence: str, place: Any = st) -> None:
    """Draw a sentence in small letters.

    Arguments:
        sentence: of anybody's words.
        place: a container, where it is not the one at work.
    """
    place.caption(inert(sentence))


def _on_one_line(text: str) -> str:
    kept = (
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or not (letter in TURNS or unicodedata.category(letter) in ("Cc", "Cs"))
    )
    return " ".join("".join(kept).split())
