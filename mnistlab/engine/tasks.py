"""What workers are asked to do: importable functions of plain values. TensorFlow is imported when they run."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.engine.preload import load_tensorflow
from mnistlab.store.models import find_network
from mnistlab.store.runs import Store


def carry_out(home: str, run_id: str) -> str:
    """Carry out the run, or go on with it; return the name of the state it ends in."""
    load_tensorflow()
    from mnistlab.runner import execute

    store = Store(Path(home))
    return execute(store.get(run_id), store).name


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
