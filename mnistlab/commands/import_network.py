"""A file with a network, or a folder with our two -> a network in the store, and the name recipes know it by."""

import sys
from pathlib import Path

from mnistlab.commands import Printed
from mnistlab.errors import NetworkError
from mnistlab.model_files.bring import bring, bring_ours
from mnistlab.model_files.extract import MOST_FILE_BYTES
from mnistlab.model_files.two_files import TwoFiles
from mnistlab.settings import settings
from mnistlab.store.format import check_format
from mnistlab.store.networks import NETWORK_FILE, WEIGHTS_FILE

OURS = (".json", ".safetensors")


def import_network(file: Path, name: str) -> Printed:
    """Return the network's name, parameters, scaling, and what of the file was left out.

    Arguments:
        file: a network as `.keras`, `.h5` or a zip of our two; a folder with network.json and weights.safetensors, or one of these two.
        name: what pages call it.

    Raises:
        MnistlabError: the file cannot be read, or holds no network that is known here.
    """
    check_format(settings().home)
    if file.is_dir() or file.suffix in OURS:
        folder = file if file.is_dir() else file.parent
        layers = file if file.suffix == ".json" else folder / NETWORK_FILE
        weights = file if file.suffix == ".safetensors" else folder / WEIGHTS_FILE
        brought = bring_ours(settings().home, TwoFiles(_read(layers), _read(weights)), name, "")
    else:
        brought = bring(settings().home, _read(file), name, "")
    if brought.trial is not None:
        print(brought.trial.sentence, file=sys.stderr)
    return {
        "model": brought.model,
        "parameters": brought.network.parameters,
        "scaling": brought.network.recipe.scaling,
        "left_out": list(brought.left_out),
    }


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_FILE_BYTES + 1)
    except OSError as error:
        raise NetworkError(f"The file {file.name} cannot be read ({error.strerror}).") from None
