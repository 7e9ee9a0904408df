"""The worker's caches of models, compiled programs and observers of stored networks."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

import keras

from mnistlab.cnn.network import load_model
from mnistlab.keeping import Recent
from mnistlab.store.networks import StoredNetwork

Item = TypeVar("Item")
# A default network and Keras' own objects for it take about 3 MB.
MOST_MODELS = 8


class Ready(Recent[Item]):
    """A cache of TensorFlow objects. It makes one at a time, because tracing two graphs in parallel gains nothing."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self._making = Lock()

    def get(self, key: Hashable, make: Callable[[], Item]) -> Item:
        """Return the item under `key`; call `make` if there is none."""

        def make_alone() -> Item:
            with self._making:
                return make()

        return super().get(key, make_alone)


_models: Ready[keras.Model] = Ready(MOST_MODELS)


def model_of(network: StoredNetwork) -> keras.Model:
    """Return the model of `network`, cached while it is in use."""
    return _models.get(network.digest, lambda: load_model(network))
