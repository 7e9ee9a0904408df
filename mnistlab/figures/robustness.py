"""Robustness curves -> a chart of one change for one network or two, a table of all changes, and sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.intervals import wilson
from mnistlab.figures.curves import COLOURS
from mnistlab.figures.plotly import Figure
from mnistlab.patterns.distortions import ADVERSARIAL_MOST, ADVERSARIAL_TITLE, CHANGES
from mnistlab.recipes.robustness import Distortion
from mnistlab.results.robustness import RobustnessResult
from mnistlab.store.events import Event
from mnistlab.wording import in_a_row, in_digits

# Of the chart, in pixels on screen.
HEIGHT = 320
# A change is borne as far as so many digits are read right.
BORNE = 0.9
# Of the band around a curve.
PALE = "33"


@dataclass(frozen=True, eq=False)
class Read:
    """How one network reads changed digits.

    Attributes:
        name: of the network.
        plain: share of unchanged digits that it reads right.
        digits: how many digits were read.
        result: its curves.
    """

    name: str
    plain: float
    digits: int
    result: RobustnessResult

    def curve(self, kind: Distortion) -> tuple[NDArray[np.float64], ...]:
        """Return strengths, accuracies, and lower and upper ends of their intervals, (s + 1,) each, beginning with the unchanged digits."""
        row = self.result.kinds.tolist().index(kind)
        lower, upper = (float(end) for end in wilson(np.array(round(self.plain * self.digits)), self.digits))
        found = self.result
        arrays = (found.strengths[row], found.accuracy[row], found.lower[row], found.upper[row])
        return tuple(
            np.append(first, values.astype(np.float64))
            for first, values in zip((0, self.plain, lower, upper), arrays, strict=True)
        )

    def borne(self, kind: Distortion) -> float:
        """Return the strength up to which BORNE of the digits are read right, between two strengths in a straight line; the full one if all are borne."""
        strengths, accuracy, *_ = self.curve(kind)
        below = np.flatnonzero(accuracy < BORNE)
        if not len(below):
            return float(strengths[-1])
        if below[0] == 0:
            return 0.0
        before, behind = below[0] - 1, below[0]
        share = (accuracy[before] - BORNE) / (accuracy[before] - accuracy[behind])
        return float(strengths[before] + share * (strengths[behind] - strengths[before]))


def title_of(kind: Distortion) -> str:
    """Return the name of a change on screen."""
    return ADVERSARIAL_TITLE if kind == "adversarial" else CHANGES[kind].title


def unit_of(kind: Distortion) -> str:
    """Return the unit of a change."""
    return "of the range of grey" if kind == "adversarial" else CHANGES[kind].unit


def figure(reads: Sequence[Read], kind: Distortion) -> Figure:
    """Return how many digits are read right the more they are changed, for each network with the band of its 95 % interval."""
    traces = []
    for number, one in enumerate(reads):
        strengths, accuracy, lower, upper = one.curve(kind)
        traces += _traces(escape(one.name), COLOURS[number % len(COLOURS)], strengths, accuracy, lower, upper)
    return _figure(traces, kind)


def live_figure(events: Sequence[Event], digits: int) -> tuple[Figure, str] | None:
    """Return the chart of the change that a run is at, as far as it is, with a sentence; None before the first strength."""
    told = [event for event in events if "accuracy" in event and "change" in event]
    if not told:
        return None
    title = told[-1]["change"]
    kind: Distortion = next((name for name in CHANGES if CHANGES[name].title == title), "adversarial")
    points = [(event["strength"], event["accuracy"]) for event in told if event["change"] == title]
    strengths, accuracy = (np.array(values, np.float64) for values in zip(*points, strict=True))
    lower, upper = wilson(np.rint(accuracy * digits), digits)
    traces = _traces("", COLOURS[0], strengths, accuracy, lower, upper)
    text = f"{title}: {100 * accuracy[-1]:.1f} % are read right at {in_digits(strengths[-1], 3)} {unit_of(kind)}."
    return _figure(traces, kind), text


def sentence(read: Read) -> str:
    """Return what a network bears, in words."""
    kinds: list[Distortion] = read.result.kinds.tolist()
    parts = [f"{title_of(kind).lower()} {in_digits(read.borne(kind), 2)} {unit_of(kind)}" for kind in kinds]
    if read.plain < BORNE:
        return f"{read.name} reads {_percent(read.plain)} of the digits right as they are, so there is nothing that it bears up to {_percent(BORNE, 0)}."
    worst = min(kinds, key=lambda kind: read.borne(kind) / full(kind))
    return (
        f"{read.name} reads {_percent(read.plain)} of {read.digits:,} digits right as they are. It still reads {_percent(BORNE, 0)} right up to {in_a_row(parts)}. "
        f"Of its full strength here it bears least of: {title_of(worst).lower()}."
    )


def sentence_of(read: Read, kind: Distortion) -> str:
    """Return what a network bears of one change, in words."""
    _, accuracy, *_ = read.curve(kind)
    change, limit = title_of(kind), in_digits(read.borne(kind), 2)
    last = f"at the full {in_digits(full(kind), 3)} it is {_percent(float(accuracy[-1]))}"
    if accuracy.min() >= BORNE:
        return f"{change}: everywhere more than {_percent(BORNE, 0)} are read right; {last}."
    return f"{change}: {_percent(BORNE, 0)} are read right up to {limit} {unit_of(kind)}; {last}."


def comparison(one: Read, other: Read, kind: Distortion) -> str:
    """Return which of two networks bears a change better, as far as that is more than chance."""
    strengths, first, low, high = one.curve(kind)
    _, second, its_low, its_high = other.curve(kind)
    better, worse = np.flatnonzero(low > its_high), np.flatnonzero(high < its_low)
    change = title_of(kind).lower()
    if not len(better) and not len(worse):
        return f"{one.name} and {other.name} bear this ({change}) alike: nowhere do their intervals lie apart."
    gaps = first - second
    place = int(np.abs(gaps).argmax())
    ahead, behind = (one, other) if gaps[place] > 0 else (other, one)
    said = (
        f"{ahead.name} bears this ({change}) better than {behind.name}: at {in_digits(strengths[place], 3)} {unit_of(kind)} "
        f"it reads {_percent(max(first[place], second[place]))} right, {behind.name} {_percent(min(first[place], second[place]))}."
    )
    return f"{said} At other strengths it is the other way round." if len(better) and len(worse) else said


def rows(reads: Sequence[Read]) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of a table: each change, how far each network bears it, and what it reads at full strength."""
    heads = ["Change"]
    for one in reads:
        name = f"{one.name}: " if len(reads) > 1 else ""
        heads += [f"{name}{_percent(BORNE, 0)} right up to", f"{name}right at full strength"]
    found = []
    for kind in reads[0].result.kinds.tolist():
        row = [f"{title_of(kind)}, up to {in_digits(full(kind), 3)} {unit_of(kind)}"]
        for one in reads:
            row += [in_digits(one.borne(kind), 2), _percent(float(one.curve(kind)[1][-1]))]
        found.append(row)
    return heads, found


def full(kind: Distortion) -> float:
    """Return the full strength of a change."""
    return ADVERSARIAL_MOST if kind == "adversarial" else CHANGES[kind].most


def _traces(
    name: str,
    colour: str,
    strengths: NDArray[np.float64],
    accuracy: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
) -> list[Figure]:
    """Return a curve with its band: the lower end, the upper end filled down to it, and the curve; `name`: as HTML."""
    x = strengths.round(4).tolist()
    label = f"{name}, " if name else ""
    edge = {"type": "scatter", "mode": "lines", "x": x, "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    return [
        {**edge, "name": f"{label}at least (95 %)", "y": (100 * lower).round(3).tolist()},
        {
            **edge,
            "name": f"{label}at most (95 %)",
            "y": (100 * upper).round(3).tolist(),
            "fill": "tonexty",
            "fillcolor": colour + PALE,
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": name or "right, %",
            "x": x,
            "y": (100 * accuracy).round(3).tolist(),
            "line": {"color": colour, "width": 2},
            "marker": {"size": 6},
            "hovertemplate": f"{label}%{{x}}: %{{y:.2f}} % right<extra></extra>",
        },
    ]


def _figure(traces: list[Figure], kind: Distortion) -> Figure:
    most = full(kind)
    return {
        "data": traces,
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
            "xaxis": {
                "title": {"text": f"{title_of(kind)}, {unit_of(kind)}"},
                "automargin": True,
                "range": [0, 1.02 * most],
            },
            "yaxis": {"title": {"text": "read right, %"}, "automargin": True, "range": [0, 102]},
            "showlegend": len(traces) > 3,
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
            "uirevision": kind,
            "transition": {"duration": 0},
        },
    }


def _percent(share: float, places: int = 1) -> str:
    return f"{100 * share:.{places}f} %"
