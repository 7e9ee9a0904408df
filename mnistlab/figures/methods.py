"""Explanations of one digit by several methods -> small pictures, the curves that test them, and sentences."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.explanations import CONTROLS, METHODS, POINTS
from mnistlab.explanations.curves import area, left_after
from mnistlab.figures.curves import COLOURS
from mnistlab.figures.plotly import Figure
from mnistlab.figures.shares import rgb_sheet
from mnistlab.figures.sheet import Sheet
from mnistlab.pictures.signed import over_digit
from mnistlab.recipes.explanation import MethodName
from mnistlab.results.explanation import ExplanationResult

# Pictures per row: their titles have room then.
COLUMNS = 4
HEIGHT = 260
# What is left is told after so much of the ink.
SHARE = 0.3
# From here on there is enough to take away for the curves to tell methods apart.
CLEAR = 0.5
CONTROL_WORDS = dict(zip(CONTROLS, ("at random", "brightest ink first"), strict=True))


def method_sheet(image: NDArray[np.uint8], found: ExplanationResult, measure: str) -> Sheet:
    """Return the digit with what each method marks, each on its own colour scale, since their units differ.

    Arguments:
        image: the digit, (28, 28) uint8.
        found: what the methods mark.
        measure: what the curves follow, such as "the probability of 4".
    """
    pictures = np.concatenate(
        [over_digit(image, values[None], float(np.abs(values).max())) for values in found.maps.astype(np.float64)]
    )
    names = names_of(found)
    left = left_after(found.deletion, SHARE)
    words = [METHODS[name].title for name in names]
    after = f"after {100 * SHARE:.0f} % of the ink"
    labels = [f"{word}: {measure} is {value:.2f} {after}" for word, value in zip(words, left, strict=False)]
    return rgb_sheet(pictures, list(range(len(names))), words, labels, COLUMNS)


def names_of(found: ExplanationResult) -> list[MethodName]:
    """Return the methods in order."""
    known: list[MethodName] = [name for name in METHODS if name in found.methods]
    return sorted(known, key=lambda name: found.methods.tolist().index(name))


def best_of(found: ExplanationResult) -> MethodName:
    """Return the method in whose order the answer is gone soonest."""
    return names_of(found)[int(area(found.deletion[: len(found.methods)]).argmin())]


def alt(found: ExplanationResult, measure: str) -> str:
    """Return the methods with what their curves come to, for who does not see the pictures; arguments as for `method_sheet`."""
    left = left_after(found.deletion, SHARE)
    parts = [f"{METHODS[name].title} {value:.2f}" for name, value in zip(names_of(found), left, strict=False)]
    much = f"{100 * SHARE:.0f} %"
    return (
        f"What each method marks. After {much} of the ink is taken away in its order, {measure} is: {', '.join(parts)}."
    )


def trial_sentence(found: ExplanationResult, name: MethodName, measure: str) -> str:
    """Return how a method stands the test, beside the controls and the best; arguments as for `method_sheet`."""
    left = dict(zip([*names_of(found), *CONTROLS], left_after(found.deletion, SHARE), strict=True))
    best = best_of(found)
    beside = ", ".join(f"{words} {left[control]:.2f}" for control, words in CONTROL_WORDS.items())
    much = f"{100 * SHARE:.0f} %"
    before = float(found.deletion[0, 0])
    own = (
        f"{METHODS[name].title}: once {much} of the ink is taken away, what it marks most first, {measure} is {left[name]:.2f} "
        f"instead of {before:.2f}; {beside}."
    )
    if before < CLEAR:
        return f"{own} It is small to begin with, so that this test tells little here."
    if left[name] >= min(left[control] for control in CONTROLS):
        return f"{own} It does no better here than what knows nothing of the network: do not believe its picture."
    return own if name == best else f"{own} {METHODS[best].title} does best here, with {left[best]:.2f}."


def trial_curves(found: ExplanationResult, name: MethodName) -> Figure:
    """Return what is left of the answer while ink is taken away in the order of a method, of the others (pale), and of the controls."""
    names = names_of(found)
    share = np.linspace(0, 100, POINTS).tolist()

    def line(label: str, values: NDArray[np.float32], style: dict[str, object], legend: bool) -> dict[str, object]:
        return {
            "type": "scatter",
            "mode": "lines",
            "name": label,
            "x": share,
            "y": values.astype(float).round(4).tolist(),
            "line": style,
            "showlegend": legend,
            "hovertemplate": f"{label}, %{{x:.0f}} % of the ink taken away: %{{y:.3f}}<extra></extra>",
        }

    pale = [
        line(METHODS[other].title, values, {"color": "#9aa5a4", "width": 1}, False)
        for other, values in zip(names, found.deletion, strict=False)
        if other != name
    ]
    controls = [
        line(CONTROL_WORDS[control], values, {"color": colour, "width": 2, "dash": "dash"}, True)
        for control, values, colour in zip(
            CONTROLS, found.deletion[len(names) :], (COLOURS[0], COLOURS[2]), strict=True
        )
    ]
    own = line(METHODS[name].title, found.deletion[names.index(name)], {"color": COLOURS[1], "width": 3}, True)
    return {
        "data": [*pale, *controls, own],
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
            "xaxis": {"title": {"text": "ink taken away, %"}, "automargin": True, "fixedrange": True},
            "yaxis": {"title": {"text": "left"}, "automargin": True, "fixedrange": True, "rangemode": "tozero"},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
            "dragmode": False,
        },
    }
