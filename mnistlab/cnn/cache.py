"""Stored networks -> Keras models kept ready in a worker, a few at a time."""

from collections import OrderedDict
from threading import Lock

import keras

from mnistlab.cnn.network import load_model
from mnistlab.store.networks import StoredNetwork

# A default network and what Keras holds around it takes about 3 MB.
MOST_MODELS = 8

_models: OrderedDict[str, keras.Model] = OrderedDict()
_lock = Lock()


def model_of(network: StoredNetwork) -> keras.Model:
    """Return the model of `network`, built once as long as it is in use."""
    with _lock:
        model = _models.pop(network.digest, None) or load_model(network)
        _models[network.digest] = model
        while len(_models) > MOST_MODELS:
            _models.popitem(last=False)
        return model
