"""What would change the answer -> a sheet of the classes, the picture of a change, its table, the way to it as curves, and sentences."""

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.changes import Size, is_faint, is_thin, size_of
from mnistlab.analysis.judgement import probabilities
from mnistlab.figures.curves import COLOURS
from mnistlab.figures.plotly import Figure
from mnistlab.figures.sheet import Sheet, grey_sheet
from mnistlab.results.turned import Turned
from mnistlab.wording import short_names, with_article

# Of the curves, in pixels on screen; columns and scale of the sheet.
HEIGHT, COLUMNS, ZOOM = 200, 9, 2
# From here on a change among written digits counts as much larger than one among all pictures.
MUCH_LARGER = 1.5
NOT_FOUND = "–"


def read_as(found: Turned) -> int:
    """Return the class that the network reads."""
    return int(found.outputs.argmax())


def next_likely(found: Turned) -> int:
    """Return the class that comes next."""
    return int(np.argsort(-found.outputs, kind="stable")[1])


def changed_size(found: Turned, image: NDArray[np.uint8], label: int) -> Size | None:
    """Return the size of the smallest change among all pictures that makes a digit a class; None if none was found."""
    return size_of(image, found.pictures[label]) if found.found[label] else None


def written(found: Turned, label: int) -> NDArray[np.uint8] | None:
    """Return the first written digit on the way to a class that is read as it, (28, 28) uint8; None if there is none."""
    return found.walks[label, found.first[label]] if found.first[label] >= 0 else None


def written_size(found: Turned, label: int) -> Size | None:
    """Return the size of the change that it takes among written digits, from the digit as the generator writes it; None if there is none."""
    picture = written(found, label)
    return None if picture is None else size_of(found.rebuilt, picture)


def class_sheet(found: Turned, image: NDArray[np.uint8], names: Sequence[str]) -> Sheet:
    """Return the changed picture for every class but the one that is read, to choose from, with the share of ink that it takes.

    Arguments:
        found: the changes.
        image: the digit, (28, 28) uint8.
        names: of the classes.
    """
    heads, read = short_names(names), read_as(found)
    numbers = [label for label in range(len(names)) if label != read]
    sizes = [changed_size(found, image, label) for label in numbers]
    words = [
        f"{heads[label]}: {NOT_FOUND if size is None else _percent(size.ink)}"
        for label, size in zip(numbers, sizes, strict=True)
    ]
    labels = [_class_label(names[label], size) for label, size in zip(numbers, sizes, strict=True)]
    return grey_sheet(found.pictures[numbers], numbers, words, labels, columns=min(COLUMNS, len(numbers)), zoom=ZOOM)


def sheet_alt(found: Turned, image: NDArray[np.uint8], names: Sequence[str]) -> str:
    """Return the sheet in words; arguments as for `class_sheet`."""
    sheet = class_sheet(found, image, names)
    return f"The smallest change into each class, as a share of the ink: {', '.join(sheet.words)}."


def verdict(found: Turned, image: NDArray[np.uint8], label: int, names: Sequence[str]) -> str:
    """Return what would make a digit a class, in a sentence or two; arguments as for `class_sheet`."""
    name, size, among = with_article(names[label]), changed_size(found, image, label), written_size(found, label)
    if size is None:
        first = f"No change was found among all pictures that makes it {name}: that does not mean that there is none."
    else:
        by, looks = _steps(size)
        first = f"A change of {_percent(size.ink)} of the ink, spread over {size.pixels} {'pixel' if size.pixels == 1 else 'pixels'}, {by}, makes it {name}: {looks}."
    return f"{first} {_among_written(found, size, among, label, names)}"


def _among_written(found: Turned, size: Size | None, among: Size | None, label: int, names: Sequence[str]) -> str:
    name = with_article(names[label])
    if found.lack == "no generator":
        return "Only the ten digits can be compared with written ones: our generator writes nothing else."
    if found.lack == "not rebuilt":
        return f"The generator writes no digit like this one that is read as {names[read_as(found)]}, so written digits cannot be compared."
    if among is None:
        return f"Among written digits none was found on the way to {name} that is read as one."
    if size is None:
        return f"Among written digits it takes {_percent(among.ink)}."
    times = among.spread / max(size.spread, 1e-9)
    if times < MUCH_LARGER:
        return (
            f"Among written digits it takes hardly more, {_percent(among.ink)}: such a digit is between the two anyway."
        )
    return f"Among written digits it takes {_percent(among.ink)}, and {times:.1f} times the distance."


def nearest_sentence(found: Turned, image: NDArray[np.uint8], names: Sequence[str]) -> str:
    """Return which class is nearest, and how near on average; arguments as for `class_sheet`."""
    sizes = {label: changed_size(found, image, label) for label in range(len(names)) if label != read_as(found)}
    known = {label: size.spread for label, size in sizes.items() if size is not None}
    lacking = len(sizes) - len(known)
    if not known:
        return "No change into any other class was found."
    label = min(known, key=lambda one: known[one])
    farthest = max(known, key=lambda one: known[one])
    said = f"It is nearest to {names[label]} and farthest from {names[farthest]}, by the size of the change."
    if len(known) == 1:
        said = f"Only a change into {names[label]} was found."
    return f"{said} Into {lacking} {'class' if lacking == 1 else 'classes'} none was found." if lacking else said


def size_rows(sizes: Sequence[Size | None]) -> list[list[str]]:
    """Return the rows of a table of changes: what is measured, and the figure for each change."""

    def row(title: str, words: Sequence[str]) -> list[str]:
        return [title, *(NOT_FOUND if size is None else word for size, word in zip(sizes, words, strict=True))]

    known = [size or Size(0, 0, 0, 0, 0) for size in sizes]
    return [
        row("Per pixel (root of the mean square)", [f"{size.spread:.1f} of 255" for size in known]),
        row("Share of the ink", [_percent(size.ink) for size in known]),
        row("Average step of the pixels changed", [f"{size.mean:.0f} of 255" for size in known]),
        row("Largest step of a pixel", [f"{size.step} of 255" for size in known]),
        row("Pixels changed", [f"{size.pixels} of 784" for size in known]),
    ]


def legend(size: Size) -> str:
    """Return what the colours of a change say."""
    return f"the change: red is ink added, blue ink taken away, full colour {size.step} of 255"


def walk_curve(found: Turned, label: int, names: Sequence[str]) -> Figure:
    """Return the share of the answer and of a class along the way among written digits."""
    shares = 100 * probabilities(found.walk_outputs[label])
    read, way = read_as(found), np.linspace(0, 100, len(shares)).round(1).tolist()
    lines = ((read, COLOURS[0], "dash"), (label, COLOURS[1], "solid"))
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines",
                "name": f"read as {escape(names[one])}",
                "x": way,
                "y": shares[:, one].round(3).tolist(),
                "line": {"color": colour, "dash": dash, "width": 2},
                "hovertemplate": f"%{{x:.0f}} % of the way: read as {escape(names[one])} with %{{y:.1f}} %<extra></extra>",
            }
            for one, colour, dash in lines
        ],
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
            "xaxis": {"title": {"text": "of the way, %"}, "automargin": True, "fixedrange": True},
            "yaxis": {"title": {"text": "%"}, "automargin": True, "fixedrange": True, "range": [0, 102]},
            "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"},
            "dragmode": False,
        },
    }


def walk_sentence(found: Turned, label: int, names: Sequence[str]) -> str:
    """Return the way among written digits in a sentence."""
    steps, first = len(found.walks[label]) - 1, int(found.first[label])
    name = names[label]
    if first < 0:
        end = int(found.walk_outputs[label, -1].argmax())
        return f"Not even at its end is the way read as {name}: there the network reads {names[end]}."
    said = f"The way from the digit as the generator writes it to {with_article(name)}: read as {name} from {100 * first / steps:.0f} % of the way on"
    between = [int(one) for one in found.walk_outputs[label, :first].argmax(axis=1)]
    others = list(dict.fromkeys(one for one in between if one not in (label, read_as(found))))
    return f"{said}, and in between as {' and '.join(names[one] for one in others)}." if others else f"{said}."


def _steps(size: Size) -> tuple[str, str]:
    """Return by how much the pixels of a change move, and how that looks."""
    if is_thin(size):
        return f"none of them by more than {size.step} of 255 grey values", "it is faint everywhere"
    by = f"by {size.mean:.0f} of 255 grey values on average and {size.step} at most"
    return by, "faint on the whole, but single pixels can be seen to change" if is_faint(size) else "it can be seen"


def _class_label(name: str, size: Size | None) -> str:
    return f"{name}: no change found" if size is None else f"{name}: by {_percent(size.ink)} of the ink"


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.1f} %" if percent < 3 else f"{percent:.0f} %"
