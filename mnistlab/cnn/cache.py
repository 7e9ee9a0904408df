"""What a worker keeps ready: models, compiled programs and observers of stored networks, a few of each."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

import keras

from mnistlab.cnn.network import load_model
from mnistlab.keeping import Recent
from mnistlab.store.networks import StoredNetwork

Thing = TypeVar("Thing")
# A default network and what Keras holds around it takes about 3 MB.
MOST_MODELS = 8


class Ready(Recent[Thing]):
    """Things of TensorFlow, made one after the other: two graphs drawn at the same time gain nothing."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self._making = Lock()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """Return what is kept under `key`, made now if it is not there."""

        def make_alone() -> Thing:
            with self._making:
                return make()

        return super().get(key, make_alone)


_models: Ready[keras.Model] = Ready(MOST_MODELS)


def model_of(network: StoredNetwork) -> keras.Model:
    """Return the model of `network`, built once as long as it is in use."""
    return _models.get(network.digest, lambda: load_model(network))
