"""How methods stand the tests with random weights and a moved digit -> small pictures, charts and sentences."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.explanations import METHODS
from mnistlab.explanations.edges import Edges
from mnistlab.explanations.trials import MOVES
from mnistlab.figures.curves import COLOURS
from mnistlab.figures.plotly import Figure
from mnistlab.pictures.signed import over_digit
from mnistlab.recipes.explanation import MethodName
from mnistlab.results.explanation import Trials
from mnistlab.wording import in_a_row, with_places

HEIGHT = 300
PALE = "#9aa5a4"
# A picture that is so much alike has hardly changed, for the eye as well; and from here on it shows more of what it was than not.
HARDLY, STILL = 0.8, 0.5
AS_IT_IS = "as it is"


def random_tiles(image: NDArray[np.uint8], found: Trials, place: int) -> tuple[NDArray[np.uint8], list[str], list[str]]:
    """Return what a method marks as the network is made random, (layers + 1, 28, 28, 3) uint8 each on its own scale, their captions and alts.

    Arguments:
        image: the digit, (28, 28) uint8.
        found: the trials.
        place: of the method.
    """
    maps = found.maps[place].astype(np.float64)
    pictures = np.concatenate([over_digit(image, one[None], float(np.abs(one).max())) for one in maps])
    captions = [AS_IT_IS, *stages(found)]
    alike = [f", {with_places(value, 2)} alike" for value in found.alike[place]]
    alts = [f"What it marks: {caption}{words}" for caption, words in zip(captions, ["", *alike], strict=True)]
    shown = [
        captions[0],
        *(
            f"{caption}: {with_places(value, 2)}"
            for caption, value in zip(captions[1:], found.alike[place], strict=True)
        ),
    ]
    return pictures, shown, alts


def stages(found: Trials) -> list[str]:
    """Return what is random, step by step."""
    first, *others = found.layers.tolist()
    return [f"{first} random", *(f"and {layer}" for layer in others)]


def random_chart(found: Trials, names: Sequence[MethodName], name: MethodName) -> Figure:
    """Return how alike the maps stay as the network is made random: of a method, of the others (pale), and of the control."""
    steps = [AS_IT_IS, *stages(found)]
    place = names.index(name)

    def line(title: str, values: NDArray[np.float32], style: dict[str, object], legend: bool) -> dict[str, object]:
        return {
            "type": "scatter",
            "mode": "lines+markers" if legend else "lines",
            "name": title,
            "x": steps,
            "y": [1.0, *values.astype(float).round(3).tolist()],
            "line": style,
            "showlegend": legend,
            "hovertemplate": f"{title}, %{{x}}: %{{y:.2f}}<extra></extra>",
        }

    pale = [
        line(METHODS[other].title, found.alike[number], {"color": PALE, "width": 1}, False)
        for number, other in enumerate(names)
        if number != place
    ]
    control = line(Edges.title, found.alike[-1], {"color": COLOURS[0], "width": 2, "dash": "dash"}, True)
    own = line(METHODS[name].title, found.alike[place], {"color": COLOURS[1], "width": 3}, True)
    return {"data": [*pale, control, own], "layout": _layout("alike")}


def moved_chart(found: Trials, names: Sequence[MethodName], name: MethodName) -> Figure:
    """Return how alike the maps of all methods stay when the digit moves by a pixel: the mean of four directions, and the least."""
    titles = [*(METHODS[one].title for one in names), Edges.title]
    means = found.moved.mean(axis=1).astype(float)
    colours = [COLOURS[1] if one == name else PALE for one in names] + [COLOURS[0]]
    order = np.argsort(means, kind="stable").tolist()
    layout = _layout("")
    layout["xaxis"] |= {"title": {"text": "alike, mean of four directions"}, "range": [min(0.0, means.min()), 1.0]}
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "name": "alike",
                "x": [round(means[number], 3) for number in order],
                "y": [titles[number] for number in order],
                "marker": {"color": [colours[number] for number in order]},
                "hovertemplate": "%{y}: %{x:.2f}<extra></extra>",
            }
        ],
        "layout": layout | {"showlegend": False},
    }


def _layout(title: str) -> dict[str, Any]:
    return {
        "height": HEIGHT,
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
        "xaxis": {"automargin": True, "fixedrange": True},
        "yaxis": {"title": {"text": title}, "automargin": True, "fixedrange": True},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        "dragmode": False,
    }


def random_sentence(found: Trials, names: Sequence[MethodName], name: MethodName) -> str:
    """Return what random weights say of a method, and of which other methods they say that it explains nothing."""
    alike, title, layers = found.alike[names.index(name)], METHODS[name].title, found.layers.tolist()
    own = (
        f"{title}: with the weights of {layers[0]} in random places its picture is {with_places(alike[0], 2)} alike, with those of all "
        f"{len(layers)} layers {with_places(alike[-1], 2)} (1: the same pixels in the same order; 0: no more than by chance)."
    )
    # How many layers, from the outputs on, it does without.
    spared = int((alike >= HARDLY).cumprod().sum())
    if spared == len(layers):
        verdict = "The picture hardly changes whatever is made random: it explains nothing of the network."
    elif alike[-1] >= STILL:
        verdict = "Of a network that has learned nothing it shows much the same: it tells more of the digit than of the network."
    elif spared:
        verdict = f"The picture hardly changes when {in_a_row(layers[:spared])} {'is' if spared == 1 else 'are'} made random: it explains nothing of {'it' if spared == 1 else 'them'}."
    else:
        verdict = "It changes with the weights, as it must: it shows what this network has learned."
    others = [
        METHODS[one].title for one, row in zip(names, found.alike, strict=False) if one != name and row[-1] >= STILL
    ]
    fails = (
        f" Of the others, {in_a_row(others)} fail{'s' if len(others) == 1 else ''} this test here." if others else ""
    )
    return f"{own} {verdict}{fails} The edges of the digit, drawn without asking any network, stay at {found.alike[-1, -1]:.2f}."


def moved_sentence(found: Trials, names: Sequence[MethodName], name: MethodName, measure: str) -> str:
    """Return how steady a method is when the digit moves; `measure`: what the certainty is, such as "the probability of 4"."""
    row, title = found.moved[names.index(name)], METHODS[name].title
    worst = list(MOVES)[int(row.argmin())]
    before, after = float(found.certainty[0]), found.certainty[1:]
    own = (
        f"{title}: when the digit moves by one pixel, and the picture is moved back, it is {with_places(row.mean(), 2)} alike in the mean of four directions, "
        f"{with_places(row.min(), 2)} when it moves {worst}. Meanwhile {measure} goes from {before:.2f} to {after.min():.2f} at least."
    )
    if row.mean() >= HARDLY:
        verdict = "It is steady."
    elif row.mean() >= STILL:
        verdict = "Its outlines hold, single pixels do not."
    else:
        verdict = "It hangs on where the digit happens to stand: do not read anything into single pixels."
    means = found.moved[: len(names)].mean(axis=1)
    best = names[int(means.argmax())]
    steadiest = (
        "" if best == name else f" {METHODS[best].title} is the steadiest here, with {with_places(means.max(), 2)}."
    )
    return f"{own} {verdict}{steadiest} Steady alone proves nothing: the edges are at {found.moved[-1].mean():.2f}."
