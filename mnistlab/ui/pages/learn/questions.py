"""The question of a step, as widgets: a choice, a class, a number, a square on the digit, a curve."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.figures.curves import COLOURS
from mnistlab.figures.plotly import Figure
from mnistlab.lessons.judging import ROUNDING, SIDES, Answer, accepted
from mnistlab.lessons.lesson import (
    ChoiceQuestion,
    ClassQuestion,
    CurveQuestion,
    NumberQuestion,
    Question,
    SortQuestion,
    SquareQuestion,
)
from mnistlab.lessons.words import filled
from mnistlab.pictures.encoding import data_address
from mnistlab.pictures.frames import framed
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.complaints import complain
from mnistlab.ui.parts.text import as_html, inert

FIRST_SIDE = 1
FIRST = "Answer the whole question first; then you see whether it is right."
# Where a slider stands before it is moved.
NONE_YET, MOVE_FIRST = "?", "Move the slider to your prediction first."


def draw_question(
    question: Question,
    key: str,
    keep: Callable[[Answer], None],
    classes: Sequence[str],
    digit: NDArray[np.uint8] | None,
    known: Mapping[str, str],
) -> None:
    """Draw what is asked, and the button that gives the answer.

    Arguments:
        question: of the step.
        key: prefix of its widgets.
        keep: keeps an answer; called in a callback.
        classes: what the network in use calls its classes.
        digit: (28, 28) uint8 to draw a square on, where there is one.
        known: facts as they stand in sentences.
    """
    _draw_widget(question, f"{key}.answer", classes, digit, known)
    st.button(
        "This is my answer",
        key=f"{key}.give",
        type="primary",
        icon=":material/check:",
        on_click=_give,
        args=(question, f"{key}.answer", keep, tuple(classes)),
    )


def _draw_widget(
    question: Question, key: str, classes: Sequence[str], digit: NDArray[np.uint8] | None, known: Mapping[str, str]
) -> None:
    match question:
        case ChoiceQuestion():
            st.radio(
                "Your prediction",
                list(question.options),
                index=None,
                format_func=lambda name: inert(question.options[name]),
                key=key,
            )
        case ClassQuestion():
            st.segmented_control(
                "Your prediction", list(classes), key=key, format_func=inert, selection_mode="single", wrap=True
            )
        case NumberQuestion():
            _draw_slider(question, key)
        case SquareQuestion():
            side = st.slider("Side of the square", *SIDES, begin_with(key, FIRST_SIDE), key=key)
            if digit is not None:
                draw_square(digit, int(side))
        case CurveQuestion():
            _draw_curve(question, key)
        case SortQuestion():
            for place, one in enumerate(question.statements):
                st.radio(
                    inert(filled(one.says, known)),
                    list(question.piles),
                    index=None,
                    format_func=lambda name: inert(question.piles[name]),
                    horizontal=True,
                    key=f"{key}.{place}",
                )


def _draw_slider(question: NumberQuestion, key: str) -> None:
    unit = f" ({inert(question.unit)})" if question.unit else ""
    # Before its least number stands none: whoever does not move it has predicted nothing that might be right by accident.
    st.select_slider(f"Your prediction{unit}", [NONE_YET, *_numbers(question)], begin_with(key, NONE_YET), key=key)


def _numbers(question: NumberQuestion) -> list[float]:
    """Return the numbers from the least to the most."""
    whole = all(float(value).is_integer() for value in (question.least, question.most, question.step))
    kind: Any = int if whole else float
    count = int((question.most - question.least) / question.step + ROUNDING) + 1
    return [kind(round(question.least + place * question.step, 9)) for place in range(count)]


def draw_square(digit: NDArray[np.uint8], side: int) -> None:
    """Draw a square of pixels in the middle of a digit (28, 28) uint8."""
    top = (len(digit) - side) // 2
    picture = framed(digit, top, top, top + side, top + side)
    st.html(
        f"<img class='lab-digit' src='{data_address(picture)}' alt='the digit with a square of {side}×{side} of its 28×28 pixels'>"
    )


def _draw_curve(question: CurveQuestion, key: str) -> None:
    height = float(question.least)
    heights = []
    for column, place in zip(st.columns(question.points), range(question.points), strict=True):
        name = f"{key}.{place}"
        heights.append(
            column.number_input(
                f"{inert(question.names)} {place + 1}",
                float(question.least),
                float(question.most),
                begin_with(name, height),
                (question.most - question.least) / 50,
                format="%.0f",
                key=name,
            )
        )
    figure = curve_figure(question, heights, None)
    words = ", ".join(f"{one:.0f}" for one in heights)
    draw_chart(figure, f"{key}.chart", f"The curve you expect: {as_html(words)}.")


def curve_figure(question: CurveQuestion, expected: Sequence[float], real: Sequence[float] | None) -> Figure:
    """Return the curve that was expected, and beside it the real one where it is known."""
    lines = {"as you expect it": (expected, COLOURS[1], "dash")}
    if real is not None:
        lines["as it went"] = (real, COLOURS[0], "solid")
    room = (question.most - question.least) / 20
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": name,
                "x": list(range(1, len(values) + 1)),
                "y": [float(value) for value in values],
                "line": {"color": colour, "dash": dash, "width": 2},
                "hovertemplate": "%{x}: %{y:.1f}<extra></extra>",
            }
            for name, (values, colour, dash) in lines.items()
        ],
        "layout": {
            "height": 240,
            "margin": {"l": 8, "r": 8, "t": 34, "b": 8},
            "showlegend": True,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "xanchor": "left"},
            "xaxis": {"title": {"text": as_html(question.names)}, "dtick": 1, "automargin": True, "fixedrange": True},
            "yaxis": {
                "title": {"text": as_html(question.unit)},
                "range": [question.least - room, question.most + room],
                "automargin": True,
                "fixedrange": True,
            },
            "dragmode": False,
        },
    }


def _give(question: Question, key: str, keep: Callable[[Answer], None], classes: Sequence[str]) -> None:
    """Keep the answer that stands there at this moment."""
    answer = accepted(question, _stands(question, key), classes)
    if answer is None:
        complain(MOVE_FIRST if isinstance(question, NumberQuestion) else FIRST)
    else:
        keep(answer)


def _stands(question: Question, key: str) -> Any:
    state = st.session_state
    if isinstance(question, CurveQuestion):
        return [state.get(f"{key}.{place}") for place in range(question.points)]
    if isinstance(question, SortQuestion):
        return [state.get(f"{key}.{place}") for place in range(len(question.statements))]
    return state.get(key)
