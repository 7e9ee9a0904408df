"""Untrusted text -> the same text with nothing that Markdown or HTML would interpret; and functions that draw sentences in this way.

Links, files, names and errors contain words from outside. Streamlit interprets text as Markdown, so a sentence that is not
a literal in the code goes through `warn`, `fail`, `tell` or `note`, and a word inside other Markdown through `inert`. A test enforces this.
"""

import html
import re
from typing import Any

from mnistlab.ui.mends.reading import st
from mnistlab.wording import on_one_line

# Characters with a meaning inside a line; `_` only at the edge of a word.
MARKUP = re.compile(r"[\\`*\[\]<>$~&|]|(?<![^\W_])_|_(?![^\W_])")
# With a meaning at the beginning of a line: headings, lists, quotations, rules.
BEGINNING = re.compile(r"^(\d*)([#+\-=.)])")
# Streamlit searches the rendered text, in which no backslash is left, for addresses, icons, colours and arrows. Their patterns have to be broken inside.
LOOKED_FOR = re.compile(r"(?i):(?=\S)|www(?=\.)|@(?=\S)|(?<!\S)[<>~-](?=[=>-]>?(?!\S))")
# A word joiner: no width, no line break.
JOINER = "\u2060"


def inert(text: str) -> str:
    """Return `text` as Markdown that shows it literally, on one line."""
    text = LOOKED_FOR.sub(lambda match: match[0] + JOINER, on_one_line(text))
    return BEGINNING.sub(r"\1\\\2", MARKUP.sub(r"\\\g<0>", text))


def as_html(text: str) -> str:
    """Return `text` as HTML that shows it literally, on one line; for the inside of elements, quoted attributes, and names in charts."""
    return html.escape(on_one_line(text))


def warn(sentence: str) -> None:
    """Draw a sentence about something that is not as requested."""
    st.warning(inert(sentence))


def fail(sentence: str) -> None:
    """Draw a sentence about something that failed."""
    st.error(inert(sentence))


def tell(sentence: str) -> None:
    """Draw a sentence of information."""
    st.info(inert(sentence))


def note(sentence: str, container: Any = st) -> None:
    """Draw a sentence in small letters.

    Arguments:
        sentence: any text.
        container: where to draw it; by default the current container.
    """
    container.caption(inert(sentence))
