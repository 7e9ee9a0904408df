"""How answers are spread, as bars that lie: a label, a bar and a count for each; curves as curves, over one another."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from mnistlab.figures.curves import COLOURS
from mnistlab.figures.plotly import Figure
from mnistlab.lessons.judging import Answer, in_words
from mnistlab.lessons.lesson import CurveQuestion, SquareQuestion
from mnistlab.lessons.spread import Bar
from mnistlab.store.class_roll import Roll
from mnistlab.ui.pages.learn.live import live_of
from mnistlab.ui.pages.learn.questions import draw_square
from mnistlab.ui.pages.learn.together.asked import Asked
from mnistlab.ui.parts.charts import draw_chart
from mnistlab.ui.parts.text import as_html

# More lines over one another are a blot.
MOST_CURVES = 100


def draw_bars(bars: Sequence[Bar]) -> None:
    """Draw bars, the longest as wide as there is room."""
    most = max((bar.count for bar in bars), default=0) or 1
    rows = "".join(
        f"<li><span>{as_html(bar.label)}</span><i style='width:{100 * bar.count / most:.0f}%'></i><b>{bar.count}</b></li>"
        for bar in bars
    )
    st.html(f"<ul class='lab-spread'>{rows}</ul>")


def draw_answers(question: Asked, roll: Roll) -> None:
    """Draw how the answers to a question are spread, without names."""
    asked = question.step.question
    if not isinstance(asked, CurveQuestion):
        draw_bars(question.bars(roll))
        return
    curves = [_heights(one) for one in question.given(roll) if isinstance(one, list)]
    ends = sorted(curve[-1] for curve in curves)
    words = f"They end between {ends[0]:g} and {ends[-1]:g} {asked.unit}." if ends else "There is none yet."
    draw_chart(
        _over_one_another(asked, curves[-MOST_CURVES:]),
        "learn.spread",
        f"The curves of {len(curves)} people. {as_html(words)}",
    )


def draw_one(question: Asked, answer: Answer) -> None:
    """Draw one answer, without whose it is: in words, and as the picture that was drawn for it where there is one."""
    asked, words = question.step.question, in_words(question.step.question, answer)
    st.html(f"<p class='lab-asked'>One of you said: <b>{as_html(words)}</b></p>")
    if isinstance(asked, CurveQuestion) and isinstance(answer, list):
        draw_chart(
            _over_one_another(asked, [_heights(answer)]),
            "learn.picked",
            f"This curve: {as_html(f'{words} {asked.unit}'.strip())}.",
        )
    elif isinstance(asked, SquareQuestion) and question.moment is not None:
        digit = live_of(question.step.part).digit(question.step.part, question.moment)
        if digit is not None:
            draw_square(digit, int(str(answer)))


def _heights(curve: list[Any]) -> list[float]:
    return [float(height) for height in curve]


def _over_one_another(question: CurveQuestion, curves: Sequence[Sequence[float]]) -> Figure:
    room = (question.most - question.least) / 20
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "x": list(range(1, question.points + 1)),
                "y": list(curve),
                "line": {"color": COLOURS[0], "width": 2},
                "opacity": 0.5,
                "hoverinfo": "skip",
            }
            for curve in curves
        ],
        "layout": {
            "height": 300,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "showlegend": False,
            "font": {"size": 18},
            "xaxis": {
                "title": {"text": as_html(question.names)},
                "range": [0.8, question.points + 0.2],
                "dtick": 1,
                "automargin": True,
                "fixedrange": True,
            },
            "yaxis": {
                "title": {"text": as_html(question.unit)},
                "range": [question.least - room, question.most + room],
                "automargin": True,
                "fixedrange": True,
            },
            "dragmode": False,
        },
    }
