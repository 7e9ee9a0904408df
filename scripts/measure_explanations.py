"""Measure the methods of explanation on the reference network, and print one line of JSON.

    MNISTLAB_DATA=mnist.npz python scripts/measure_explanations.py [DIGITS [RANDOM [TIMED]]]

- what is left of the answer's probability after the first 30 % of the ink is deleted in the order of each method and control, mean over the first DIGITS (300) test digits;
- how alike each method's maps are to those of the network made random from the outputs down, mean over RANDOM (30) digits;
- how alike they are to those of the digit moved by one pixel, moved back: the mean of four directions, over as many digits;
- by how much integrated gradients miss the difference of the scores, and relevance the score, at most;
- how far integrated gradients are from those of MANY (1,024) steps, by baseline, over RANDOM digits;
- seconds: all methods and curves of one digit, and each method with its curves over TIMED (500) digits; 0 to leave that out.
"""

import json
import sys
import time
from pathlib import Path
from typing import get_args

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from mnistlab.cnn.ascent.goals import Goal  # noqa: E402
from mnistlab.cnn.explanations.chain import NetworkChain, network_chain  # noqa: E402
from mnistlab.cnn.explanations.questions import Question, last_layer  # noqa: E402
from mnistlab.data.sources import first_digits  # noqa: E402
from mnistlab.data.standardise import standardise  # noqa: E402
from mnistlab.explanations import METHODS, Task, deletion_insertion, names_with_controls  # noqa: E402
from mnistlab.explanations.curves import left_after  # noqa: E402
from mnistlab.explanations.edges import Edges  # noqa: E402
from mnistlab.explanations.random_weights import layers_with_weights, likeness_under_random_weights  # noqa: E402
from mnistlab.explanations.trials import stability  # noqa: E402
from mnistlab.recipes.explanation import Baseline, ExplanationRecipe, WhyRecipe  # noqa: E402
from mnistlab.store.models import reference_network  # noqa: E402

SHARE, MANY = 0.3, 1024
LEFT_OUT = "concept_relevance"
NAMES = [name for name in METHODS if name != LEFT_OUT]
# And the control that asks no network.
ALL = {**{name: METHODS[name] for name in NAMES}, "edges": Edges()}


def task_of(count: int, **choices: object) -> Task:
    """Return the task why each of the first test digits is read as it is."""
    chain, pictures = network_chain(reference_network()), standardise(first_digits("mnist", "test", count).images)
    questions = chain.questions(WhyRecipe.read({}), pictures)
    return Task(chain, pictures, questions, ExplanationRecipe.read(choices))


def ranks_of(name: str, task: Task) -> np.ndarray:
    """Return by what a method ranks the pixels."""
    return METHODS[name].order(METHODS[name].find(task).maps)


def left(count: int) -> dict[str, float]:
    """Return what is left of the probability, by method and control."""
    task = task_of(count)
    ranks = np.stack([*(ranks_of(name, task) for name in NAMES), np.abs(gradients_before_standardising(task))])
    curves = deletion_insertion(task, ranks)
    names = names_with_controls([*NAMES, "gradient of the probability before standardising"])
    values = left_after(curves.deletion, SHARE).mean(axis=1)
    return {name: round(float(value), 3) for name, value in zip(names, values, strict=True)}


def gradients_before_standardising(task: Task) -> np.ndarray:
    """Return another gradient: of the class's probability, with respect to a picture that is standardised afterwards."""
    outputs = task.chain.outputs(task.pictures).astype(np.float64)
    shares = np.exp(outputs - outputs.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    labels = [question.label for question in task.questions]
    # Of p = softmax: ∂p / ∂z = p (own − all), up to the factor p and, for each picture, the size.
    weights = -shares
    weights[np.arange(len(labels)), labels] = 0
    weights[np.arange(len(labels)), labels] = -weights.sum(axis=1)
    weights /= np.abs(weights).sum(axis=1, keepdims=True)
    last = last_layer(task.chain.network)
    goals = [Goal(last, row.astype(np.float32), np.ones(1, np.float32), None) for row in weights]
    gradients = task.chain.gradients(task.pictures, [Question(goal) for goal in goals])

    def mean(values: np.ndarray) -> np.ndarray:
        return values.mean(axis=(1, 2), keepdims=True)

    return gradients - mean(gradients) - task.pictures * mean(gradients * task.pictures)


def likeness(count: int) -> dict[str, list[float]]:
    """Return how alike the maps of each method are to those of a network made random, from the outputs alone to all layers."""
    rows = {"layers": layers_with_weights(reference_network())}
    for name in ALL:
        found = likeness_under_random_weights([ALL[name]], task_of(count), NetworkChain)
        rows[name] = [round(float(value), 2) for value in found[0].mean(axis=1)]
    return rows


def steadiness(count: int) -> dict[str, float]:
    """Return how alike the maps of each method are to those of moved digits."""
    found = stability(list(ALL.values()), task_of(count)).mean(axis=(1, 2))
    return {name: round(float(value), 2) for name, value in zip(ALL, found, strict=True)}


def missing(count: int) -> dict[str, float]:
    """Return the largest share of the score that is missing from the sums that methods promise."""
    task, found = task_of(count), {}
    scores = task.chain.scores(task.pictures, task.questions)
    for name in ("integrated_gradients", "lrp_epsilon", "lrp_alpha_beta"):
        result = METHODS[name].find(task)
        wanted = scores - result.elsewhere
        found[name] = float(np.abs(result.maps.sum(axis=(1, 2)) / wanted - 1).max())
        if name != "integrated_gradients":
            found[f"{name}, mean share of the biases"] = round(float((result.elsewhere / scores).mean()), 4)
    return found


def beside_many(count: int) -> dict[str, float]:
    """Return how far integrated gradients of 64 steps are from those of MANY, as a share of these: the mean over digits, by baseline."""
    found = {}
    for baseline in get_args(Baseline):
        few, many = (
            METHODS["integrated_gradients"].find(task_of(count, baseline=baseline, steps=steps)).maps
            for steps in (ExplanationRecipe().steps, MANY)
        )
        errors = np.linalg.norm(few - many, axis=(1, 2)) / np.linalg.norm(many, axis=(1, 2))
        found[baseline] = round(float(errors.mean()), 5)
    return found


def seconds(count: int) -> dict[str, object]:
    """Return seconds for one digit, and for each method with its curves over many."""

    def timed(number: int, names: list[str]) -> float:
        task, began = task_of(number), time.perf_counter()
        ranks = np.stack([ranks_of(name, task) for name in names])
        deletion_insertion(task, ranks)
        return round(time.perf_counter() - began, 3)

    timed(1, NAMES)
    one = min(timed(1, NAMES) for _ in range(5))
    each = {name: timed(count, [name]) for name in NAMES}
    return {"all methods and curves, one digit": one, f"with both curves, {count} digits": each}


def main() -> None:
    """Measure and print."""
    given = [int(text) for text in sys.argv[1:]]
    count, random, timed = [*given, *(300, 30, 500)[len(given) :]]
    report = {
        "digits": count,
        "left": left(count),
        "likeness": likeness(random) if random else None,
        "steadiness": steadiness(random) if random else None,
        "missing": missing(count),
        f"integrated gradients beside {MANY} steps": beside_many(random) if random else None,
        "seconds": seconds(timed) if timed else None,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
