"""A stand-in for the workers where TensorFlow must not be imported: layers and answers of the right shapes, made of NumPy."""

import time
from concurrent.futures import Future

import numpy as np
import pytest
from support.patterns import PATTERN_ANSWERS

from mnistlab.analysis.receptive import shown_layers
from mnistlab.engine.tasks.surveys import (
    growth_key,
    outputs_key,
    pattern_key,
    reading_key,
    reasons_key,
    survey_key,
    uses_key,
)
from mnistlab.explanations.by_class import least_like
from mnistlab.explanations.random_weights import layers_with_weights
from mnistlab.progress import Snapshot
from mnistlab.recipes import ExplanationRecipe, TrainingRecipe, parse_json, weight_shapes
from mnistlab.recipes.data_sets import data_set
from mnistlab.results.explanation import ExplanationResult, Trials
from mnistlab.results.turned import Turned
from mnistlab.store.answers import Answers
from mnistlab.store.models import find_network
from mnistlab.store.networks import StoredNetwork, write_network
from mnistlab.store.runs import Store

DIGITS = 10_000


def layers_of(network, images, factors=()):
    """Return arrays of the shapes of every layer, that follow from the image."""
    found = {}
    for stage in shown_layers(network.recipe):
        generator = np.random.default_rng(int(images.sum()) % 2**31)
        values = generator.random((len(images), *stage.row.shape)).astype(np.float32)
        if stage.activation == "softmax":
            values /= values.sum(axis=1, keepdims=True)
        for layer, index, factor in factors:
            if layer == stage.row.name:
                values[..., index] *= factor
        found[stage.row.name] = values
    return found


def survey_of(network, count=DIGITS):
    """Return a survey of as many digits as the embedded test set has, or `count`, mostly read right."""
    generator, classes = np.random.default_rng(0), network.recipe.classes
    labels = (np.arange(count) % classes).astype(np.uint8)
    outputs = np.full((count, classes), 0.01, np.float32)
    read = np.where(generator.random(count) < 0.02, (labels + 5) % classes, labels)
    outputs[np.arange(count), read] = 0.6 + 0.3 * generator.random(count)
    found = {
        "outputs": outputs / outputs.sum(axis=1, keepdims=True),
        "labels": labels,
        "plane": generator.normal(size=(count, 2)).astype(np.float32),
        "explained": np.array([0.4, 0.2], np.float32),
    }
    for stage in shown_layers(network.recipe):
        count = stage.row.shape[-1]
        shape = stage.row.shape if len(stage.row.shape) == 3 else (1, 1, count)
        found |= {
            f"{stage.row.name}/ceiling": np.ones(count, np.float32),
            f"{stage.row.name}/reacts": np.linspace(0, 1, count, dtype=np.float32),
            f"{stage.row.name}/counts": np.full((count, 4), DIGITS // 4, np.int32),
            f"{stage.row.name}/edges": np.tile(np.linspace(0, 1, 5, dtype=np.float32), (count, 1)),
            f"{stage.row.name}/best": np.tile(np.arange(9, dtype=np.int32), (count, 1)),
            f"{stage.row.name}/best_score": np.tile(np.linspace(1, 0.2, 9, dtype=np.float32), (count, 1)),
            f"{stage.row.name}/by_class": np.full((count, classes), 0.5, np.float32),
            f"{stage.row.name}/mean": generator.random((classes, *shape)).astype(np.float32),
        }
    return found


def keep_survey(store, network, data="embedded"):
    """Put a survey of a set's test digits into the store."""
    answers = Answers(store.home)
    answers.get_or_make(survey_key(network.digest, data), lambda: survey_of(network, data_set(data).test))


def answering_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the engine of this process answer what pages ask, at once."""
    from mnistlab.engine import Engine

    def ask(self, function, *arguments, aside=False):
        future = Future()
        future.set_result(ANSWERS[function.__name__](self.store, *arguments))
        return future

    monkeypatch.setattr(Engine, "ask", ask)


def _see(store, model, images, factors=()):
    return layers_of(find_network(model, store), images, factors)


def _survey(store, model, data):
    network = find_network(model, store)
    keep_survey(store, network, data)
    return survey_key(network.digest, data)


def _outputs(store, model, data, split, factors=()):
    network = find_network(model, store)
    key = outputs_key(network.digest, data, split, factors)
    found = survey_of(network, data_set(data).test)
    Answers(store.home).get_or_make(key, lambda: {"outputs": found["outputs"], "labels": found["labels"]})
    return key


def _uses(store, model, data):
    network = find_network(model, store)
    key, maps = uses_key(network.digest, data), network.recipe.conv[-1].filters
    generator = np.random.default_rng(0)
    made = {
        "best": np.tile(np.arange(5, 14, dtype=np.int32), (maps, 1)),
        "best_share": np.tile(np.linspace(3, 1, 9, dtype=np.float32), (maps, 1)),
        "by_class": generator.normal(size=(maps, network.recipe.classes)).astype(np.float32),
        "counts": np.array([0, 1, maps]),
        "kept": np.array([1, 0.4, 0.1], np.float32),
        "kept_by_chance": np.array([1, 0.9, 0.1], np.float32),
    }
    Answers(store.home).get_or_make(key, lambda: made)
    return key


def _reasons(store, model, data, method):
    network = find_network(model, store)
    key, maps, classes = (
        reasons_key(network.digest, data, method),
        network.recipe.conv[-1].filters,
        network.recipe.classes,
    )
    found = survey_of(network, data_set(data).test)
    labels, read = found["labels"], found["outputs"].argmax(axis=1)
    generator = np.random.default_rng(0)
    wrong = np.flatnonzero(read != labels)[:30]
    likeness = np.where(read == labels, generator.uniform(0.1, 0.9, len(labels)), np.nan).astype(np.float32)
    made = {
        "mean": generator.normal(size=(classes, 28, 28)).astype(np.float32),
        "ink": np.full((classes, 28, 28), 90, np.uint8),
        "right": np.bincount(labels[read == labels], minlength=classes),
        "likeness": likeness,
        "ink_likeness": likeness[::-1],
        "unusual": least_like(likeness, labels, classes, 12),
        "unusual_maps": generator.normal(size=(classes, 12, 28, 28)).astype(np.float32),
        "wrong": wrong.astype(np.int32),
        "mistakes": np.array((read != labels).sum()),
        "read": read[wrong].astype(np.uint8),
        "wrong_maps": generator.normal(size=(len(wrong), 28, 28)).astype(np.float32),
        "by_map": generator.normal(size=(len(wrong), maps)).astype(np.float32),
        "mended": np.array([0.6, 0.05, 0.1]),
    }
    Answers(store.home).get_or_make(key, lambda: made)
    return key


def _count(store, model, data, label_a, label_b, layer, fraction):
    network = find_network(model, store)
    key = pattern_key(network.digest, data, label_a, label_b, layer, fraction)
    points = int(np.prod(next(stage.row.shape for stage in shown_layers(network.recipe) if stage.row.name == layer)))
    counts = np.random.default_rng(0).integers(0, 1000, (2, points))
    made = {"counts": counts, "sizes": np.array([1000, 1000]), "shuffled": np.full((10, 2, points), 500)}
    Answers(store.home).get_or_make(key, lambda: made)
    return key


def _read_points(store, model, data, label_a, label_b, layer, fraction, common, unique):
    key = reading_key(_count(store, model, data, label_a, label_b, layer, fraction), common, unique)
    made = {"count": np.array(0.9), "weigh": np.array(0.95), "network": np.array(0.99), "points": np.array([3, 4])}
    Answers(store.home).get_or_make(key, lambda: made)
    return key


def _follow(store, run_id, epochs, image):
    import hashlib

    key = growth_key(run_id, len(epochs), hashlib.sha256(image.tobytes()).hexdigest())
    Answers(store.home).get_or_make(key, lambda: {"outputs": np.full((len(epochs), 10), 0.1, np.float32)})
    return key


def _explain_by_methods(store, recipe_json):
    recipe = ExplanationRecipe.read(parse_json(recipe_json))
    count, generator = len(recipe.methods), np.random.default_rng(0)
    # The first method takes the answer away first, the controls last.
    curves = np.linspace(1, 0, 11) ** np.linspace(9, 1, count + 2)[:, None]
    return ExplanationResult(
        maps=generator.normal(size=(count, 28, 28)).astype(np.float32),
        methods=np.array(recipe.methods),
        outputs=generator.normal(size=10).astype(np.float32),
        deletion=curves.astype(np.float32),
        insertion=1 - curves.astype(np.float32),
    )


def _try_methods(store, model, recipe_json):
    count = len(ExplanationRecipe.read(parse_json(recipe_json)).methods)
    layers = layers_with_weights(find_network(model, store))
    # The first method keeps to the network, the others less and less; the control, which comes last, not at all.
    alike = np.linspace(0, 1, count + 1)[:, None]
    return Trials(
        layers=np.array(layers),
        maps=np.random.default_rng(0).normal(size=(count, len(layers) + 1, 28, 28)).astype(np.float32),
        alike=np.tile(alike, len(layers)).astype(np.float32),
        moved=np.tile(alike, 4).astype(np.float32),
        certainty=np.full(5, 0.9, np.float32),
    )


def _turn_digit(store, model, image, is_written):
    """Return changes that are easily told apart: one pixel more for each class, and walks that reach it half-way; none into class 0."""
    classes = find_network(model, store).recipe.classes
    outputs = np.full(classes, 0.01, np.float32)
    outputs[4], outputs[9] = 0.8, 0.1
    pictures = np.repeat(image[None], classes, axis=0)
    for label in range(1, classes):
        pictures[label, 0, :label] = 40
    is_found = np.arange(classes) > 0
    is_found[4], pictures[4] = False, image
    after = np.eye(classes, dtype=np.float32)
    walks = np.zeros((classes, 5, 28, 28), np.uint8)
    walks[:, :, 5:20, 5:20] = np.linspace(0, 250, 5).astype(np.uint8)[:, None, None]
    walk_outputs = np.repeat(np.repeat(after[4][None, None], classes, axis=0), 5, axis=1)
    walk_outputs[:, 2:] = after[:, None]
    return Turned(
        outputs=outputs,
        pictures=pictures,
        found=is_found,
        picture_outputs=after,
        rebuilt=walks[0, 0] if is_written else image,
        rebuilt_outputs=after[4],
        walks=walks,
        walk_outputs=walk_outputs,
        first=np.full(classes, 2 if is_written else -1, np.int32),
        lack="" if is_written else "no generator",
    )


ANSWERS = {
    "read_layers": _see,
    "survey_test_set": _survey,
    "read_set": _outputs,
    "see_uses": _uses,
    "see_reasons": _reasons,
    "explain_by_methods": _explain_by_methods,
    "try_methods": _try_methods,
    "turn_digit": _turn_digit,
    "count_points": _count,
    "read_by_unique_points": _read_points,
    "follow_epochs": _follow,
    **PATTERN_ANSWERS,
    "read_digits": lambda store, model, images: np.full((len(images), 10), 0.1, np.float32),
}


def make_run(store: Store, epochs: int, data="embedded"):
    """Return a finished run with weights after each epoch, trained by nobody."""
    recipe = TrainingRecipe.read({"data": data, "epochs": epochs})
    run = store.create(recipe, "walked")
    generator = np.random.default_rng(0)
    shapes = weight_shapes(recipe.network)
    for epoch in range(epochs + 1):
        weights = {name: generator.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
        run.write_snapshot(Snapshot(epoch, weights))
    write_network(run.path / "model", StoredNetwork(recipe.network, weights, data if data != "embedded" else None))
    run.set_state("finished")
    assert time.time() > run.created()
    return run
