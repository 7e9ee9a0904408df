"""The speed of reading out layers, for one digit and for the whole test set, beside plain Keras."""

import time
from statistics import median
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from mnistlab.cnn.activations import activations
from mnistlab.cnn.network import load_model
from mnistlab.cnn.survey import survey
from mnistlab.data.sources import data_at_hand, digits
from mnistlab.data.standardise import standardise
from mnistlab.progress import ended
from mnistlab.store.models import reference_network

ROUNDS = 3
DIGITS = 20
PREDICT_BATCH = 500


def seeing() -> dict[str, float]:
    """Return milliseconds for a digit through all layers, relative to one forward pass; seconds for the survey of the test set, relative to `predict`."""
    name = data_at_hand()
    test = digits(name, "test")
    model = load_model(reference_network())
    model.compile()
    activations(model, test.images[:1])
    standardised = standardise(test.images[:DIGITS])[..., None]
    model(standardised[:1], training=False)
    ours, forward = [], []
    for index in range(DIGITS):
        ours.append(_milliseconds(lambda image: activations(model, image), test.images[index : index + 1]))
        forward.append(
            _milliseconds(lambda image: model(image, training=False).numpy(), standardised[index : index + 1])
        )
    whole, predicted = [], []
    for _ in range(ROUNDS):
        predicted.append(_milliseconds(lambda images: _predict(model, images), test.images) / 1000)
        whole.append(_milliseconds(lambda images: ended(survey(model, test)), test.images) / 1000)
    return {
        "digit_layers_ms": round(median(ours), 1),
        "digit_layers_over_forward": round(median(ours) / median(forward), 2),
        "test_set_seconds": round(median(whole), 2),
        "test_set_over_predict": round(median(whole) / median(predicted), 2),
    }


def _predict(model: keras.Model, images: NDArray[np.uint8]) -> None:
    model.predict(standardise(images)[..., None], batch_size=PREDICT_BATCH, verbose=0)


def _milliseconds(action: Any, argument: Any) -> float:
    clock = time.perf_counter()
    action(argument)
    return 1000 * (time.perf_counter() - clock)
