"""What pages ask workers about a network: short questions, and longer ones whose answers are kept in the store."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.analysis.class_points import pattern
from mnistlab.engine.aside import step_aside
from mnistlab.engine.preload import load_tensorflow
from mnistlab.progress import Progress, Work, ended
from mnistlab.recipes.training import DataName
from mnistlab.store.answers import Answers, Arrays, answer_key
from mnistlab.store.models import find_network
from mnistlab.store.runs import Store

Factors = Sequence[tuple[str, int, float]]
# Part of each key: raise it when an answer changes its meaning.
VERSION = 1


def survey_key(digest: str, data: DataName) -> str:
    """Return where the survey of a network over the test digits is kept."""
    return answer_key("survey", VERSION, digest, data)


def outputs_key(digest: str, data: DataName, split: str, factors: Factors = ()) -> str:
    """Return where the outputs of a network for a whole set are kept."""
    return answer_key("outputs", VERSION, digest, data, split, *factors)


def pattern_key(digest: str, data: DataName, label_a: int, label_b: int, layer: str, fraction: float) -> str:
    """Return where the frequencies of a class pattern are kept."""
    return answer_key("pattern", VERSION, digest, data, label_a, label_b, layer, fraction)


def growth_key(run_id: str, epochs: int, image_digest: str) -> str:
    """Return where the outputs for one digit over the epochs of a run are kept."""
    return answer_key("growth", VERSION, run_id, epochs, image_digest)


def reading_key(pattern: str, common: float, unique: float) -> str:
    """Return where the accuracy of reading by points is kept; `pattern`: key of their frequencies."""
    return answer_key("reading", VERSION, pattern, common, unique)


def see_digits(
    home: str, model: str, images: NDArray[np.uint8], factors: Factors = ()
) -> dict[str, NDArray[np.float32]]:
    """Return what every layer of the network `model` makes of images (count, 28, 28) uint8, by the layers' names."""
    load_tensorflow()
    from mnistlab.cnn.activations import activations
    from mnistlab.cnn.cache import model_of

    return activations(model_of(find_network(model, Store(Path(home)))), images, factors)


def survey_test_set(home: str, model: str, data: DataName) -> str:
    """See to it that the survey of `model` is kept; return its key."""
    network = find_network(model, Store(Path(home)))
    key = survey_key(network.digest, data)
    _survey(home, model, data)
    return key


def read_set(home: str, model: str, data: DataName, split: Any, factors: Factors = ()) -> str:
    """See to it that the outputs of `model` for all digits of a split are kept; return their key."""
    step_aside()
    load_tensorflow()
    from mnistlab.cnn.activations import outputs
    from mnistlab.cnn.cache import model_of
    from mnistlab.data.sources import digits

    network = find_network(model, Store(Path(home)))
    key = outputs_key(network.digest, data, split, factors)

    def read() -> Work[Arrays]:
        found = digits(data, split)
        return {"outputs": (yield from outputs(model_of(network), found.images, factors)), "labels": found.labels}

    Answers(Path(home)).get_or_work(key, read())
    return key


def count_points(home: str, model: str, data: DataName, label_a: int, label_b: int, layer: str, fraction: float) -> str:
    """See to it that the frequencies of a class pattern are kept; return their key."""
    ceilings = _survey(home, model, data)[f"{layer}/ceiling"]
    from mnistlab.cnn.cache import model_of
    from mnistlab.cnn.class_patterns import frequencies
    from mnistlab.data.sources import digits

    network = find_network(model, Store(Path(home)))
    key = pattern_key(network.digest, data, label_a, label_b, layer, fraction)
    Answers(Path(home)).get_or_work(
        key, frequencies(model_of(network), digits(data, "test"), label_a, label_b, layer, ceilings, fraction)
    )
    return key


def read_by_unique_points(
    home: str,
    model: str,
    data: DataName,
    label_a: int,
    label_b: int,
    layer: str,
    fraction: float,
    common: float,
    unique: float,
) -> str:
    """See to it that it is kept how well A and B are told apart by the points unique to either; return its key.

    Kept: `count`, `weigh` and `network`, shares of test digits of A and B told right; `points` (2,) of A and of B.
    """
    network = find_network(model, Store(Path(home)))
    pattern_at = count_points(home, model, data, label_a, label_b, layer, fraction)
    ceilings = _survey(home, model, data)[f"{layer}/ceiling"]
    from mnistlab.cnn.cache import model_of
    from mnistlab.cnn.class_patterns import read_points
    from mnistlab.data.sources import digits

    answers, key = Answers(Path(home)), reading_key(pattern_at, common, unique)

    def read() -> Work[Arrays]:
        counted = answers.read(pattern_at)
        assert counted is not None
        in_a, in_b = counted["counts"] / np.maximum(counted["sizes"], 1)[:, None]
        points = [np.flatnonzero(pattern(*pair, common, unique).unique) for pair in ((in_a, in_b), (in_b, in_a))]
        train, test = digits(data, "train"), digits(data, "test")
        return (
            yield from read_points(
                model_of(network), train, test, (label_a, label_b), layer, ceilings, fraction, points
            )
        )

    answers.get_or_work(key, read())
    return key


def follow_epochs(home: str, run_id: str, epochs: list[int], image: NDArray[np.uint8]) -> str:
    """See to it that the outputs for one image (28, 28) uint8 with the weights after each epoch are kept; return their key."""
    step_aside()
    load_tensorflow()
    from mnistlab.cnn.activations import outputs
    from mnistlab.cnn.network import load_model, set_weights

    run = Store(Path(home)).get(run_id)
    key = growth_key(run_id, len(epochs), hashlib.sha256(image.tobytes()).hexdigest())

    def follow() -> Work[Arrays]:
        model = load_model(run.network(epochs[0]))
        found = []
        for done, epoch in enumerate(epochs):
            yield Progress("walking through the epochs", done, len(epochs))
            set_weights(model, run.network(epoch).weights)
            found.append(ended(outputs(model, image[None]))[0])
        return {"outputs": np.stack(found)}

    Answers(Path(home)).get_or_work(key, follow())
    return key


def _survey(home: str, model: str, data: DataName) -> Arrays:
    step_aside()
    load_tensorflow()
    from mnistlab.cnn.cache import model_of
    from mnistlab.cnn.survey import survey
    from mnistlab.data.sources import digits

    network = find_network(model, Store(Path(home)))
    return Answers(Path(home)).get_or_work(
        survey_key(network.digest, data), survey(model_of(network), digits(data, "test"))
    )
