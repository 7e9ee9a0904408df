"""A function of a network -> what a worker can be asked: it finds the network by its name, with TensorFlow there."""

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

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Desk:
    """Where a question is answered. `network`: the one that is asked about; `store`: its store."""

    store: Store
    network: StoredNetwork

    @property
    def answers(self) -> Answers:
        """Where answers over whole sets are kept."""
        return Answers(self.store.home)


def asked(function: Callable[Concatenate[Desk, Given], Answer]) -> Callable[Concatenate[str, str, Given], Answer]:
    """Make a task of a function: called with the store's folder and the name of a network in place of its desk.

    The task raises what `find_network` raises (`StoreError`, `NetworkError`), in words for a visitor.
    """

    @wraps(function)
    def task(home: str, model: str, /, *given: Given.args, **named: Given.kwargs) -> Answer:
        load_tensorflow()
        store = Store(Path(home))
        return function(Desk(store, find_network(model, store)), *given, **named)

    return task
