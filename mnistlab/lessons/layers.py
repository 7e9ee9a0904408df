"""The facts of parts about a network's layers: what a node sees, what the maps say, and what happens without one."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.receptive import Window, receptive_field
from mnistlab.analysis.receptive import shown_layer as layer_shown
from mnistlab.lessons.case import NEW, Case, NotHereError
from mnistlab.lessons.declared import Facts, yes
from mnistlab.lessons.quick_parts import FieldPart, MapsPart, MutePart
from mnistlab.recipes.network import IMAGE_SIZE, LayerRow, layer_rows

# Of the copies of a layer in each of which one map is muted: a network with large maps has hundreds of them.
MOST_MUTED_BYTES = 20_000_000


def shown_layer(case: Case, name: str) -> LayerRow:
    """Return a layer that has maps.

    Raises:
        NotHereError: the network has none of that name.
    """
    row = case.layer(name)
    if len(row.shape) != 3:
        raise NotHereError(f"This step is about maps, and {name} has none.")
    return row


def field_layer(part: FieldPart, case: Case) -> str:
    """Return the part's layer: the one that is named, or a new one.

    Raises:
        NotHereError: the network has it not, or has only one layer with maps.
    """
    if part.layer != NEW:
        return shown_layer(case, part.layer).name
    names = [row.name for row in layer_rows(case.network.recipe) if len(row.shape) == 3][1:]
    if not names:
        raise NotHereError("This step is about layers behind the first, and the network in use has only one with maps.")
    return names[case.pick(len(names))]


def node_of(part: FieldPart, case: Case) -> tuple[int, int]:
    """Return row and column of the part's node: the last there is where the maps are smaller, the middle one of a padded network.

    (With zeros around, a node near the rim sees less of the digit than others do.)
    """
    rows, columns, _ = case.layer(field_layer(part, case)).shape
    if _is_padded(case):
        return rows // 2, columns // 2
    return min(part.row, rows - 1), min(part.column, columns - 1)


def window_of(part: FieldPart, case: Case) -> Window:
    """Return the pixels that the part's node sees.

    Raises:
        NotHereError: in a padded network even the middle node sees beyond the digit.
    """
    layer = field_layer(part, case)
    window = receptive_field(case.network.recipe, layer, *node_of(part, case))
    is_inside = min(window.top, window.left) > 0 and max(window.bottom, window.right) < IMAGE_SIZE
    if _is_padded(case) and not is_inside:
        raise NotHereError(
            f"This step is about squares within the digit, and nodes of {layer} here see beyond its rim."
        )
    return window


def _is_padded(case: Case) -> bool:
    return any(stage.padded for stage in case.network.recipe.conv)


def field_facts(part: FieldPart, case: Case) -> Facts:
    """Return the facts of what a node sees."""
    layer = field_layer(part, case)
    rows, columns, maps = case.layer(layer).shape
    window, shown = window_of(part, case), layer_shown(case.network.recipe, layer)
    side = window.bottom - window.top
    before = 1 if shown.before is None else case.layer(shown.before).shape[-1]
    each = shown.reach**2 * before if shown.kind == "convolution" else 0
    return {
        "layer": layer,
        "side": float(side),
        "pixels": float(side * (window.right - window.left)),
        "maps": float(maps),
        "rows": float(rows),
        "nodes": float(rows * columns),
        "before": float(before),
        "kernel": float(shown.reach),
        "first": float(case.network.recipe.conv[0].kernel),
        "pool": float(_pool_before(layer, case)),
        "each": float(each),
        "weights": float(each * maps),
    }


def _pool_before(layer: str, case: Case) -> int:
    """Return the side of the last pool before a layer; 1 where there is none."""
    names = [row.name for row in layer_rows(case.network.recipe)]
    before = [row.kind for row in layer_rows(case.network.recipe)[: names.index(layer)]].count("pool")
    return case.network.recipe.pool[before - 1] if before else 1


def maps_facts(part: MapsPart, case: Case) -> Facts:
    """Return the facts of a layer's maps."""
    rows, columns, count = shown_layer(case, part.layer).shape
    peaks = case.layers(part.digit)[part.layer].max(axis=(0, 1))
    values = rows * columns * count
    return {
        "label": case.label(part.digit),
        "maps": float(count),
        "rows": float(rows),
        "values": float(values),
        "more": yes(values > IMAGE_SIZE**2),
        "silent": float((peaks <= 0).sum()),
        "strongest": float(int(peaks.argmax())),
    }


def muted_map(part: MutePart, case: Case) -> int:
    """Return the number of the part's map: the one that is named, or the one with the largest value on the digit."""
    row = shown_layer(case, part.layer)
    if isinstance(part.map, str):
        return int(case.layers(part.digit)[part.layer].max(axis=(0, 1)).argmax())
    if part.map >= row.shape[-1]:
        raise NotHereError(f"This step mutes map {part.map} of {part.layer}, which has only {row.shape[-1]} here.")
    return part.map


def shares_muted(part: MutePart, case: Case) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what is read with all maps (classes,), and with each one muted alone (maps, classes)."""
    values = case.layers(part.digit)[shown_layer(case, part.layer).name]
    count = values.shape[-1]
    together = max(1, MOST_MUTED_BYTES // values.nbytes)
    without = [
        case.read_behind(part.layer, _each_muted(values, range(first, min(first + together, count))))
        for first in range(0, count, together)
    ]
    return case.read_behind(part.layer, values[None])[0], np.concatenate(without)


def _each_muted(values: NDArray[np.float32], maps: range) -> NDArray[np.float32]:
    """Return what a layer made, values (rows, columns, maps), once for each of some maps, with that one at 0."""
    muted = np.repeat(values[None], len(maps), axis=0)
    muted[np.arange(len(maps)), ..., np.array(maps)] = 0
    return muted


def mute_facts(part: MutePart, case: Case) -> Facts:
    """Return the facts of a muted map."""
    index = muted_map(part, case)
    before, without = shares_muted(part, case)
    best = int(before.argmax())
    muted = without[index]
    return {
        "label": case.label(part.digit),
        "map": float(index),
        "maps": float(len(without)),
        "read": case.class_name(before),
        "sure": 100 * float(before[best]),
        "read_muted": case.class_name(muted),
        "sure_muted": 100 * float(muted[best]),
        "lost": 100 * float(before[best] - muted[best]),
        "same": yes(int(muted.argmax()) == best),
        "turning": float((without.argmax(axis=1) != best).sum()),
    }
