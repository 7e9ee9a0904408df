"""A file that somebody brings, of Keras or the zip of our two -> a network in the store."""

from dataclasses import dataclass, replace
from pathlib import Path

from mnistlab.errors import NetworkError
from mnistlab.model_files.chain import chain_of
from mnistlab.model_files.contents import contents_of
from mnistlab.model_files.mapping import mapped
from mnistlab.model_files.trial import Trial, try_scalings
from mnistlab.model_files.two_files import TwoFiles, unpacked
from mnistlab.store.imports import import_network, imported_network, keep_network
from mnistlab.store.networks import StoredNetwork


@dataclass(frozen=True)
class Brought:
    """A network that was brought.

    Attributes:
        model: under which name recipes know it.
        network: it.
        left_out: what of the file was left out.
        trial: how its scaling was found; None if the file says it, as our own do.
    """

    model: str
    network: StoredNetwork
    left_out: tuple[str, ...] = ()
    trial: Trial | None = None


def bring(home: Path, content: bytes, name: str, owner: str, address: str = "") -> Brought:
    """Read a `.keras` or `.h5` file, or a zip of our two, and keep its network.

    Arguments:
        home: the store's folder.
        content: of the file.
        name: what the visitor calls it.
        owner: id of the visitor.
        address: a token for their network address; "" if addresses are not counted.

    Raises:
        NetworkError: it is no such file, or holds what is not known here.
        StoreError: there is no room for it.
    """
    ours = unpacked(content)
    if ours is not None:
        return bring_ours(home, ours, name, owner, address)
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
    return Brought(keep_network(home, network, name, owner, address), network, found.left_out, trial)


def bring_ours(home: Path, files: TwoFiles, name: str, owner: str, address: str = "") -> Brought:
    """Keep the network of our two files; arguments and errors as those of `bring`."""
    model = import_network(home, files.network, files.weights, name, owner, address)
    return Brought(model, imported_network(home, model))
