"""A network -> a file to take elsewhere."""

from pathlib import Path
from typing import Literal, get_args

from mnistlab.commands import Printed
from mnistlab.errors import MnistlabError
from mnistlab.model_files.two_files import packed
from mnistlab.settings import settings
from mnistlab.store.files import write_bytes
from mnistlab.store.format import check_format
from mnistlab.store.models import find_network
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.runs import Store

Form = Literal["files", "keras"]
FORMS: tuple[Form, ...] = get_args(Form)


def export(model: str, form: Form, to: Path) -> Printed:
    """Write the file; return its name, its size and the network's digest.

    Arguments:
        model: "reference", the id of a run, the name of an imported network, or a folder.
        form: "files" for a zip with network.json and weights.safetensors, which `import` takes; "keras".
        to: the file, which must not be there yet.

    Raises:
        MnistlabError: there is no such network, or the file cannot be written.
    """
    check_format(settings().home)
    network = find_network(model, Store(settings().home), allow_folder=True)
    if to.exists():
        raise MnistlabError(f"There is a {to.name} already; name another file with --to.")
    if not to.absolute().parent.is_dir():
        raise MnistlabError(f"There is no folder {to.parent} for {to.name}.")
    content = packed(network) if form == "files" else _keras(network)
    write_bytes(to, content)
    return {"model": model, "as": form, "to": str(to), "bytes": len(content), "digest": network.digest}


def _keras(network: StoredNetwork) -> bytes:
    from mnistlab.cnn.export import keras_file

    return keras_file(network)
