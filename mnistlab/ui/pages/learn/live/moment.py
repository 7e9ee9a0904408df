"""What every live part of a lesson can do, and what it knows of the moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.lessons.case import Case
from mnistlab.lessons.declared import Facts
from mnistlab.lessons.live_part import LivePart
from mnistlab.pictures.encoding import data_address
from mnistlab.pictures.frames import framed
from mnistlab.ui.answers.open_questions import Unanswered
from mnistlab.ui.answers.shared import kept_here
from mnistlab.ui.parts.readings import as_bars, in_words
from mnistlab.ui.parts.text import as_html, note
from mnistlab.wording import with_article

# A page, what its link says, and its parameters.
Way = tuple[str, str, Mapping[str, str]]


@dataclass(frozen=True, eq=False)
class Moment:
    """`case`: network and digits in use; `model`: the network's name; `key`: prefix of all widgets of the step."""

    case: Case
    model: str
    key: str


def _nothing(*_: Any) -> None:
    return None


@dataclass(frozen=True)
class Live:
    """How a kind of part is computed and drawn.

    Attributes:
        facts: computes them; None where something on the page says why there are none.
        look: draws it to be tried, once the question is answered.
        link: the page that shows the very same, None where there is none.
        given: draws what the question is about, and nothing that answers it.
        digit: the digit (28, 28) uint8 it is about, to draw a square on.
    """

    facts: Callable[[Any, Moment], Facts | Unanswered | None]
    look: Callable[[Any, Moment, Facts], None]
    link: Callable[[Any, Moment, Facts], Way | None]
    given: Callable[[Any, Moment], None] = _nothing
    digit: Callable[[Any, Moment], NDArray[np.uint8] | None] = _nothing


def at_once(compute: Callable[[Any, Case], Facts]) -> Callable[[Any, Moment], Facts]:
    """Make facts that NumPy computes in a moment be computed once for all visitors."""

    def facts(part: LivePart, moment: Moment) -> Facts:
        case = moment.case
        key = f"lesson/{case.network.digest}/{case.data}/{case.throw}/{part.model_dump_json()}"
        return kept_here(key, lambda: compute(part, case))

    return facts


def draw_digit(image: NDArray[np.uint8], words: str, box: tuple[int, int, int, int] | None = None) -> None:
    """Draw a digit (28, 28) uint8 with words below it; `box`: first row and column of what is framed, and the first beyond."""
    address = data_address(image if box is None else framed(image, *box))
    st.html(f"<img class='lab-digit' src='{address}' alt='{as_html(words)}'>")
    note(words)


def draw_reading(image: NDArray[np.uint8], shares: NDArray[np.float64], moment: Moment, title: str) -> None:
    """Draw a picture of a digit and what is read in it."""
    classes = moment.case.network.classes
    words = in_words(shares, classes)
    st.html(
        f"<div class='lab-reading'><img src='{data_address(image)}' alt='{as_html(f'{title}, {words}')}'>"
        f"<div><p>{as_html(title)}</p>{as_bars(shares, classes)}<p>{as_html(words)}</p></div></div>"
    )


def digit_of(part: Any, moment: Moment) -> NDArray[np.uint8]:
    """Return the digit (28, 28) uint8 that a part names."""
    return moment.case.digit(part.digit)


def name_of(part: Any, moment: Moment) -> str:
    """Return what that digit is called."""
    case = moment.case
    return f"Test digit {case.number(part.digit)}, {with_article(case.label(part.digit))}"
