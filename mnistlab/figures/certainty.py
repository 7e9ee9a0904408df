"""How certain answers are, and how often right -> two charts, and sentences."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.certainty import Answered, Reliability
from mnistlab.figures.curves import COLOURS
from mnistlab.figures.plotly import Figure

HEIGHT = 300
# Errors below this are written as no error at all, in percentage points.
NONE = 0.05


def tradeoff_chart(given: NDArray[np.float64], right: NDArray[np.float64], chosen: Answered) -> Figure:
    """Return the share of answers that are right over the share of digits answered, with the chosen threshold marked.

    Arguments:
        given: (points,) shares of digits with an answer.
        right: (points,) of these, the share that is right.
        chosen: the threshold.
    """
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "name": "from a threshold on",
            "x": _percent(given),
            "y": _percent(right),
            "line": {"color": COLOURS[0], "width": 2},
            "hovertemplate": "%{x:.1f} % answered: %{y:.2f} % of these right<extra></extra>",
        }
    ]
    if chosen.share_right is not None:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": "the threshold chosen",
                "x": [round(100 * chosen.share, 2)],
                "y": [round(100 * chosen.share_right, 3)],
                "marker": {"color": COLOURS[1], "size": 11},
                "hovertemplate": "the threshold chosen: %{x:.1f} % answered, %{y:.2f} % of these right<extra></extra>",
            }
        )
    return {"data": traces, "layout": _layout("digits answered, %", "answers right, %")}


def reliability_chart(found: Reliability) -> Figure:
    """Return how often answers are right over how probable they are said to be, with 95 % intervals, beside a network that means what it says."""
    right = _percent(found.right)
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "name": "as it says",
                "x": [0, 100],
                "y": [0, 100],
                "line": {"color": COLOURS[2], "width": 1, "dash": "dash"},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": "this network",
                "x": _percent(found.said),
                "y": right,
                "customdata": found.counts.tolist(),
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": (100 * (found.upper - found.right)).clip(0).round(2).tolist(),
                    "arrayminus": (100 * (found.right - found.lower)).clip(0).round(2).tolist(),
                    "thickness": 1,
                },
                "line": {"color": COLOURS[0], "width": 2},
                "hovertemplate": "says %{x:.1f} %: right in %{y:.1f} % of %{customdata} digits<extra></extra>",
            },
        ],
        "layout": _layout("probability it gives its answer, %", "answers right, %"),
    }


def answered_sentence(chosen: Answered, everything: Answered) -> str:
    """Return what comes of a threshold, beside answering everything."""
    before = f"{100 * (everything.share_right or 0):.2f} %"
    mistakes = everything.still_wrong
    if chosen.count == chosen.digits:
        return f"It answers every digit then, and {before} of its answers are right: {_mistakes(mistakes)} in {chosen.digits:,} digits."
    if chosen.share_right is None:
        return (
            f"It answers no digit then: it is never so certain. Asked for an answer to each, it is right in {before}."
        )
    return (
        f"It answers {_share(chosen.share)} of the digits then, and {_share(chosen.share_right)} of these answers are right, instead of {before}. "
        f"Of its {_mistakes(mistakes)} it makes {chosen.still_wrong}; the price: {_digits(chosen.would_be_right)} left open that it reads right."
    )


def reliability_sentence(found: Reliability) -> str:
    """Return the expected calibration error in words, with which way it is off, and whether that may be chance."""
    error, chance, excess = (100 * value for value in (found.error, found.by_chance, found.excess))
    own = (
        f"What it says of its certainty and how often it is right differ by {error:.1f} percentage points on average "
        "(the expected calibration error)."
    )
    if error <= chance:
        return f"{own} A network that means exactly what it says would show up to {chance:.1f} on so many digits by chance alone: its word can be taken."
    if abs(excess) < NONE:
        which = "it is too sure of some digits and too modest about others"
    else:
        which = f"it is too {'sure of itself' if excess > 0 else 'modest'}, by {abs(excess):.1f} points on the whole"
    return f"{own} By chance alone it would be {chance:.1f} at most, so {which}."


def worst_sentence(found: Reliability) -> str:
    """Return the place of the curve where it is off most beyond its interval; "" where it is nowhere."""
    off = np.where(
        (found.said < found.lower) | (found.said > found.upper), np.abs(found.right - found.said) * found.counts, 0
    )
    if not off.any():
        return ""
    place = int(off.argmax())
    return (
        f"Most of that comes from {found.counts[place]:,} digits of which it is {100 * found.said[place]:.1f} % certain on average: "
        f"{100 * found.right[place]:.1f} % of these are right."
    )


def _mistakes(count: int) -> str:
    return "one mistake" if count == 1 else f"{count:,} mistakes"


def _digits(count: int) -> str:
    return "one digit is" if count == 1 else f"{count:,} digits are"


def _share(share: float) -> str:
    """Return a share in per cent, of which only all of them are 100."""
    text = f"{100 * share:.2f}"
    return "more than 99.99 %" if text == "100.00" and share < 1 else f"{text.removesuffix('.00')} %"


def _percent(shares: NDArray[np.float64]) -> list[float]:
    percent: list[float] = (100 * shares).round(3).tolist()
    return percent


def _layout(across: str, up: str) -> dict[str, object]:
    return {
        "height": HEIGHT,
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
        "xaxis": {"title": {"text": across}, "automargin": True, "fixedrange": True},
        "yaxis": {"title": {"text": up}, "automargin": True, "fixedrange": True},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        "dragmode": False,
    }
