"""What workers are asked to do: importable functions of plain values. TensorFlow is imported when they run."""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.carving.dream_files import lighter
from mnistlab.engine.aside import step_aside
from mnistlab.engine.preload import load_tensorflow
from mnistlab.kinds import Means, kind_of
from mnistlab.progress import Result
from mnistlab.recipes import OipRecipe, PrecursorRecipe, parse_json, read_recipe
from mnistlab.recipes.oip import AscentRecipe
from mnistlab.runner import execute
from mnistlab.store.format import check_format
from mnistlab.store.models import find_network
from mnistlab.store.runs import Store


def carry_out(home: str, run_id: str, ticket: str) -> str:
    """Carry out the run, or go on with it; return the name of the state in which it is left.

    Arguments:
        home: the store's folder.
        run_id: the run.
        ticket: allows one worker to take it up. Dask gives the task of a worker that died to another by itself; that one finds the
            ticket used, and the app decides what comes next.

    Raises:
        StoreError: a newer mnistlab than this worker's has written the store.
    """
    check_format(Path(home))
    store = Store(Path(home))
    return execute(store.get(run_id), store, ticket=ticket, prepare=load_tensorflow).name


def read_digits(home: str, model: str, images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return what the network `model` makes of images (count, 28, 28) uint8: outputs (count, 10)."""
    load_tensorflow()
    from mnistlab.cnn.cache import model_of
    from mnistlab.data.standardise import standardise

    network = find_network(model, Store(Path(home)))
    result: NDArray[np.float32] = model_of(network)(standardise(images)[..., None], training=False).numpy()
    return result


def evaluate_network(home: str, model: str, data: Any) -> dict[str, Any]:
    """Return loss, accuracy and confusion matrix of the network `model` on a whole test set."""
    load_tensorflow()
    from mnistlab.cnn.cache import model_of
    from mnistlab.cnn.evaluation import evaluate
    from mnistlab.data.sources import digits

    network = find_network(model, Store(Path(home)))
    test = digits(data, "test")
    evaluation = evaluate(model_of(network), test.images, test.labels)
    return {"loss": evaluation.loss, "accuracy": evaluation.accuracy, "confusion": evaluation.confusion.tolist()}


def export_keras(home: str, model: str) -> bytes:
    """Return the network `model` as the bytes of a .keras file."""
    load_tensorflow()
    from mnistlab.cnn.network import load_model

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.keras"
        load_model(find_network(model, Store(Path(home)))).save(path)
        return path.read_bytes()


def find_pattern(home: str, recipe_json: str) -> dict[str, Any]:
    """Carry out a recipe that takes no longer than a question; return its arrays and, under "summary", its figures."""
    load_tensorflow()
    recipe = read_recipe(parse_json(recipe_json))
    *_, last = kind_of(recipe).start(recipe, Means(Store(Path(home))))
    assert isinstance(last, Result)
    return {**last.arrays, "summary": dict(last.summary)}


def find_pattern_aside(home: str, recipe_json: str) -> dict[str, Any]:
    """Do as `find_pattern`, and let the worker answer shorter questions meanwhile."""
    step_aside()
    return find_pattern(home, recipe_json)


def carve(home: str, recipe_json: str) -> dict[str, Any]:
    """Carry out a dream recipe at once; return its arrays, those of the iterations in half the digits."""
    found = find_pattern(home, recipe_json)
    del found["summary"]
    return lighter(found)


def carve_aside(home: str, recipe_json: str) -> dict[str, Any]:
    """Do as `carve`, and let the worker answer shorter questions meanwhile."""
    step_aside()
    return carve(home, recipe_json)


def rate_pattern(home: str, recipe_json: str, pattern: NDArray[np.float32]) -> dict[str, Any]:
    """Return the score card of a pattern (28, 28) under an OIP recipe's target, with the digits (9, 28, 28) it names."""
    load_tensorflow()
    from mnistlab.cnn.score_card import score_card
    from mnistlab.data.sources import digits
    from mnistlab.patterns.starts import data_at_hand

    recipe = OipRecipe.read(parse_json(recipe_json))
    test = digits(data_at_hand(), "test")
    card = score_card(recipe.target, find_network(recipe.model, Store(Path(home))), pattern, test)
    return {**asdict(card), "images": test.images[card.digits]}


def screen_map(home: str, recipe_json: str) -> dict[str, Any]:
    """Carry out a precursor recipe of one map; return its start patterns, and what each became after a full ascent."""
    load_tensorflow()
    recipe = PrecursorRecipe.read(parse_json(recipe_json))
    *_, last = kind_of(recipe).start(recipe, Means(Store(Path(home))))
    assert isinstance(last, Result)
    return follow_patterns(home, recipe_json, last.arrays["patterns"][0]) | {
        "trial_scores": last.arrays["trial_scores"][0],
        "responding": int(last.arrays["responding"][0]),
    }


def follow_patterns(home: str, recipe_json: str, patterns: NDArray[np.float32]) -> dict[str, Any]:
    """Return start patterns (n, 28, 28) of a precursor recipe's one map, and what each became after a full ascent."""
    load_tensorflow()
    from mnistlab.cnn.precursor import outcomes

    recipe = PrecursorRecipe.read(parse_json(recipe_json))
    assert recipe.maps is not None
    network = find_network(recipe.model, Store(Path(home)))
    climbed = outcomes(network, recipe.layer, recipe.maps[0], patterns, AscentRecipe(steps=120, step_size=0.1))
    return {"patterns": patterns, "images": climbed.images, "scores": climbed.final}


def examine_maps(home: str, model: str, layer: str) -> list[dict[str, Any]]:
    """Return the health of all maps of a layer: each with `digits`, `patterns`, `patterns_tried` and `findings`."""
    step_aside()
    load_tensorflow()
    from mnistlab.cnn.doctor import examine
    from mnistlab.data.sources import digits
    from mnistlab.patterns.starts import data_at_hand

    network = find_network(model, Store(Path(home)))
    return [asdict(health) for health in examine(network, layer, None, digits(data_at_hand(), "train"))]
