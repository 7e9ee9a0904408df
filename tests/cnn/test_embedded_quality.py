"""The embedded digits are legible: the shipped reference network, trained on MNIST, reads them as intended."""

from pathlib import Path

import numpy as np

from mnistlab.cnn.network import load_model
from mnistlab.data.embedded import sample_digits
from mnistlab.data.standardise import standardise
from mnistlab.store.networks import read_network

REFERENCE = Path(__file__).resolve().parents[2] / "assets" / "reference"


def test_reference_network_reads_embedded_digits_as_intended():
    labels = np.arange(2_000) % 10
    model = load_model(read_network(REFERENCE))
    probabilities = model.predict_on_batch(standardise(sample_digits(labels, seed=1))[..., None])
    right = np.argmax(probabilities, axis=1) == labels
    assert right.mean() >= 0.96
    # No class may hide behind the others.
    assert min(right[labels == digit].mean() for digit in range(10)) >= 0.9
