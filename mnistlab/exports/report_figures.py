"""A run -> its pictures, curves as SVG, and confusion matrix as a table; for a report that needs no program to be looked at."""

import html
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mnistlab.carving.dream_files import picture_of
from mnistlab.kinds import kind_of
from mnistlab.pictures.encoding import png
from mnistlab.recipes import DreamRecipe, Recipe, ZoomRecipe
from mnistlab.results.dream import DreamResult, FilmResult
from mnistlab.store.events import Event
from mnistlab.store.run_folder import RunFolder
from mnistlab.wording import class_names, in_digits

WIDTH, HEIGHT, RIM = 340, 170, 44
# Solid and dashed: a printer may know no colours.
SERIES = {
    "Loss": {"loss": "#1f5fa8", "val_loss": "#b3541e"},
    "Accuracy": {"accuracy": "#1f5fa8", "val_accuracy": "#b3541e"},
}
NAMES = {"loss": "training", "accuracy": "training", "val_loss": "validation", "val_accuracy": "validation"}


def stills(recipe: Recipe, run: RunFolder) -> dict[str, bytes]:
    """Return the pictures of a finished run as PNG, by their names; no films, which take seconds to make and stand still on paper.

    Raises:
        MnistlabError: its result is damaged.
    """
    match recipe:
        case DreamRecipe():
            result = DreamResult.of(run.result())
            shades = {"photo": result.original, "dream": result.picture}
            return {f"{name}.png": png(picture_of(recipe, result, values)) for name, values in shades.items()}
        case ZoomRecipe():
            frames = FilmResult.of(run.result()).frames
            return {"first_frame.png": png(frames[0]), "last_frame.png": png(frames[-1])}
    pictures = kind_of(recipe).pictures(recipe, run)
    return {name: content for name, content in pictures.items() if name.endswith(".png")}


def curves(epochs: Sequence[Event]) -> str:
    """Return loss and accuracy over the epochs, as two figures; "" without any epoch."""
    return "".join(_curve(title, series, epochs) for title, series in SERIES.items()) if epochs else ""


def _curve(title: str, series: dict[str, str], epochs: Sequence[Event]) -> str:
    values = {name: [_number(event.get(name)) for event in epochs] for name in series}
    known = [value for one in values.values() for value in one if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    spread = (high - low) or 1.0
    lines = []
    for index, (name, colour) in enumerate(series.items()):
        points = [
            f"{RIM + (WIDTH - RIM - 8) * number / max(len(epochs) - 1, 1):.1f},{8 + (HEIGHT - 32) * (high - value) / spread:.1f}"
            for number, value in enumerate(values[name])
            if value is not None
        ]
        dash = ' stroke-dasharray="5 3"' if index else ""
        drawn = f'<polyline points="{" ".join(points)}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
        # A line of one point is none.
        dots = "".join(f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in (p.split(",") for p in points))
        key = f'<text x="{RIM + 4 + 120 * index}" y="{HEIGHT - 4}" fill="{colour}">{"– –" if index else "—"} {NAMES[name]}</text>'
        lines.append(drawn + (dots if len(points) == 1 else "") + key)
    scale = (
        f'<text x="{RIM - 4}" y="16" text-anchor="end">{in_digits(high)}</text>'
        f'<text x="{RIM - 4}" y="{HEIGHT - 24}" text-anchor="end">{in_digits(low)}</text>'
    )
    caption = f"{title} over {len(epochs)} epoch{'s' * (len(epochs) > 1)}"
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" aria-label="{caption}" font-size="11" '
        f'font-family="sans-serif">{scale}{"".join(lines)}</svg><figcaption>{caption}</figcaption></figure>\n'
    )


def confusion_table(confusion: NDArray[np.int64], classes: Sequence[str]) -> str:
    """Return counts (classes, classes), rows are labels and columns readings, as a table; `classes`: their names."""
    names = [html.escape(name) for name in class_names(classes, len(confusion))]
    head = "".join(f"<th scope='col'>{name}</th>" for name in names)
    rows = "".join(
        f"<tr><th scope='row'>{name}</th>{''.join(f'<td>{int(count):,}</td>' for count in counts)}</tr>"
        for name, counts in zip(names, confusion, strict=True)
    )
    return (
        "<table><caption>Validation digits: true class down, read as across</caption>"
        f"<tr><td></td>{head}</tr>{rows}</table>\n"
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
