"""An OIP -> its script: the same target, fluctuations and ascent."""

from mnistlab.errors import RecipeError
from mnistlab.exports.bundle import START, WEIGHTS, Files, choices, files_of, npy, npz
from mnistlab.exports.network_code import code_up_to
from mnistlab.patterns.starts import start_images
from mnistlab.recipes import NetworkRecipe, OipRecipe, layer_rows
from mnistlab.recipes.network import LayerRow
from mnistlab.recipes.oip import report_steps
from mnistlab.recipes.start import FluctuationStart
from mnistlab.recipes.target import TargetRecipe
from mnistlab.store.networks import StoredNetwork

ABOUT = "It does without mnistlab what the page OIP does with the recipe of the digest {digest}."


def oip_files(recipe: OipRecipe, network: StoredNetwork, allow_files: bool = False) -> Files:
    """Return script, notebook and what they need; `allow_files`: whether a start may be read from a path.

    Raises:
        RecipeError: the network has no such target.
        MnistlabError: the start cannot be read.
    """
    start, ascent = recipe.start, recipe.ascent
    data, values = {WEIGHTS: npz(network.weights)}, dict[str, object]()
    if isinstance(start, FluctuationStart):
        values = {
            "grids": list(start.grids),
            "amplitudes": list(start.amplitudes),
            "start_smoothing": start.smoothing,
            "joins": _joins(start),
        }
    else:
        data[START] = npy(start_images(start, allow_files=allow_files)[0])
    blocks = {
        "about": ABOUT.format(digest=recipe.digest[:16]),
        "choices": choices(
            seed=start.seed if isinstance(start, FluctuationStart) else 0,
            answers=recipe.answers,
            steps=ascent.steps,
            step_size=ascent.step_size,
            rescue=ascent.rescue,
            stop_when_settled=ascent.stop_at_convergence,
            settled=ascent.convergence,
            jitter=recipe.robustness.jitter,
            smoothing=recipe.robustness.smoothing,
            diversity=recipe.diversity,
            shown_steps=report_steps(ascent.steps, recipe.reports),
            **values,
        )
        + target_code(recipe.target, network.recipe),
        "network": code_up_to(recipe.target.layer, network.recipe),
    }
    return files_of("oip", blocks, ["fluctuations" if isinstance(start, FluctuationStart) else "given"], data)


def target_code(target: TargetRecipe, network: NetworkRecipe) -> str:
    """Return the lines that say how much each map, or node, and each place counts.

    Raises:
        RecipeError: the network has no such target.
    """
    row = next((row for row in layer_rows(network) if row.name == target.layer and row.kind != "flatten"), None)
    if row is None:
        raise RecipeError(f"The network has no layer “{target.layer}” with maps or nodes.")
    *places, count = row.shape
    area = places[0] * places[1] if places else 1
    numbers = [part.map_index for part in target.maps]
    single = target.map_index if target.node is None else target.node
    if max([*numbers, single or 0]) >= count or max(target.row or 0, target.column or 0) >= (places or [28])[0]:
        raise RecipeError(f"{row.name} has no such map, node or place.")
    if numbers:
        maps = f"np.zeros({count})\nMAPS[{numbers}] = {[part.weight for part in target.maps]}"
    elif single is not None and (places or target.node is not None):
        maps = f"np.eye({count})[{single}]"
    else:
        maps = f"np.full({count}, 1 / {count})"
    positions = f"np.full({area}, 1 / {area})"
    if target.row is not None and target.column is not None:
        positions = f"np.eye({area})[{target.row * _columns(row) + target.column}]"
    as_float = 'MAPS, POSITIONS = MAPS.astype("float32"), POSITIONS.astype("float32")\n'
    return f"MAPS = {maps}\nPOSITIONS = {positions}\n{as_float}"


def _columns(row: LayerRow) -> int:
    return row.shape[1]


def _joins(start: FluctuationStart) -> list[int | None]:
    """Return after which step each scale joins; None: it is there from the start."""
    used = [index for index, amplitude in enumerate(start.amplitudes) if amplitude]
    first = min(used, key=lambda index: start.grids[index])
    staged = start.strategy == "staged"
    return [start.stages[index] if staged and index != first else None for index in range(len(start.grids))]
