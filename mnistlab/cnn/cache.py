"""What a worker keeps ready: models, compiled programs and observers of stored networks, a few of each."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

import keras

from mnistlab.cnn.network import load_model
from mnistlab.store.networks import StoredNetwork

Thing = TypeVar("Thing")
# A default network and what Keras holds around it takes about 3 MB.
MOST_MODELS = 8


class Kept(Generic[Thing]):
    """Things that are dear to make, the last used ones kept; safe to use from many threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Hashable, Thing] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """Return what is kept under `key`, made now if it is not there."""
        with self._lock:
            thing = self._things.pop(key) if key in self._things else make()
            self._things[key] = thing
            while len(self._things) > self._most:
                self._things.popitem(last=False)
            return thing


_models: Kept[keras.Model] = Kept(MOST_MODELS)


def model_of(network: StoredNetwork) -> keras.Model:
    """Return the model of `network`, built once as long as it is in use."""
    return _models.get(network.digest, lambda: load_model(network))
