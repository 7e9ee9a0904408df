"""A file of Keras that somebody brings -> a network in the store."""

from dataclasses import dataclass, replace
from pathlib import Path

from mnistlab.errors import NetworkError
from mnistlab.model_files.chain import chain_of
from mnistlab.model_files.contents import contents_of
from mnistlab.model_files.mapping import mapped
from mnistlab.model_files.trial import Trial, try_scalings
from mnistlab.store.imports import keep_network
from mnistlab.store.networks import StoredNetwork


@dataclass(frozen=True)
class Brought:
    """A network that was brought: under which name recipes know it, itself, what of the file was left out, and how its scaling was found."""

    model: str
    network: StoredNetwork
    left_out: tuple[str, ...]
    trial: Trial


def bring(home: Path, content: bytes, name: str, owner: str) -> Brought:
    """Read a `.keras` or `.h5` file and keep its network.

    Arguments:
        home: the store's folder.
        content: of the file.
        name: what the visitor calls it.
        owner: id of the visitor.

    Raises:
        NetworkError: it is no such file, or holds what is not known here.
        StoreError: there is no room for it.
    """
    contents = contents_of(content)
    try:
        found = mapped(chain_of(contents.config), contents)
    except RecursionError:
        raise NetworkError("What this file says of its layers is nested too deeply.") from None
    except OverflowError:
        raise NetworkError("What this file says of its layers holds a number that is too large.") from None
    trial = try_scalings(found.network, found.scaling)
    recipe = found.network.recipe.model_copy(update={"scaling": trial.scaling})
    network = replace(found.network, recipe=recipe)
    return Brought(keep_network(home, network, name, owner), network, found.left_out, trial)
