"""A function of a network -> a task for workers, which finds the network by its name and loads TensorFlow."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from mnistlab.engine.preload import load_tensorflow
from mnistlab.store.answers import Answers
from mnistlab.store.models import find_network
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.runs import Store

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Context:
    """The context of a task. `network`: the network it is about; `store`: the store of the network."""

    store: Store
    network: StoredNetwork

    @property
    def answers(self) -> Answers:
        """The cache of answers over whole data sets."""
        return Answers(self.store.home)


def asked(
    function: Callable[Concatenate[Context, Arguments], Answer],
) -> Callable[Concatenate[str, str, Arguments], Answer]:
    """Turn a function into a task: it is called with the store's folder and the name of a network instead of the context.

    The task raises the errors of `find_network` (`StoreError`, `NetworkError`), with sentences for a visitor.
    """

    @wraps(function)
    def task(home: str, model: str, /, *arguments: Arguments.args, **options: Arguments.kwargs) -> Answer:
        load_tensorflow()
        store = Store(Path(home))
        return function(Context(store, find_network(model, store)), *arguments, **options)

    return task
