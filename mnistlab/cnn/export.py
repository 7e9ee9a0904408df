"""A network -> the bytes of a `.keras` file, which Keras itself writes."""

import tempfile
from pathlib import Path

from mnistlab.cnn.network import load_model
from mnistlab.store.networks import StoredNetwork


def keras_file(network: StoredNetwork) -> bytes:
    """Return the file. It holds no optimiser, since the model was never compiled."""
    with tempfile.TemporaryDirectory() as folder:
        # Keras knows the format by the ending.
        path = Path(folder) / "network.keras"
        load_model(network).save(path)
        return path.read_bytes()
