"""A network, or a run -> a file to take elsewhere."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from mnistlab.commands import Printed
from mnistlab.errors import MnistlabError
from mnistlab.exports.bundle import zipped
from mnistlab.exports.report import report
from mnistlab.exports.runs import run_files
from mnistlab.model_files.onnx_file import onnx_file
from mnistlab.model_files.two_files import packed
from mnistlab.settings import settings
from mnistlab.store.files import write_bytes
from mnistlab.store.format import check_format
from mnistlab.store.models import find_network
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store

Form = Literal["files", "keras", "onnx", "script", "report"]
FORMS: tuple[Form, ...] = get_args(Form)


def export(model: str, form: Form, to: Path) -> Printed:
    """Write the file; return its name and size, and of a network its digest.

    Arguments:
        model: "reference", the id of a run, the name of an imported network, or a folder; for a script or a report a run, by its id or folder.
        form: "files" for a zip with network.json and weights.safetensors, which `import` takes; "keras"; "onnx"; "script" for a zip with what does the
            same as the run without mnistlab; "report" for a file of HTML about it.
        to: the file, which must not be there yet.

    Raises:
        MnistlabError: there is no such network, or the file cannot be written.
    """
    check_format(settings().home)
    # Before anything is computed: a worker's minute would be lost otherwise.
    if to.exists():
        raise MnistlabError(f"There is a {to.name} already; name another file with --to.")
    if not to.absolute().parent.is_dir():
        raise MnistlabError(f"There is no folder {to.parent} for {to.name}.")
    store, about = Store(settings().home), Printed()
    if form == "script":
        content = zipped(run_files(_run(model, store), store, allow_paths=True))
    elif form == "report":
        run = _run(model, store)
        content = report([run], run.name())
    else:
        network = find_network(model, store, allow_folder=True)
        content, about["digest"] = WRITERS[form](network), network.digest
    write_bytes(to, content)
    return {"model": model, "as": form, "to": str(to), "bytes": len(content), **about}


def _run(name: str, store: Store) -> RunFolder:
    # A folder of `run --out`, as a path; an id of the store is none.
    # (`os.path.isfile` accepts any text; `Path.is_file` raises for one that is too long.)
    is_folder = os.path.isfile(os.path.join(name, "recipe.json"))  # noqa: PTH113, PTH118
    return RunFolder(Path(name).resolve()) if is_folder else store.get(name)


def _keras(network: StoredNetwork) -> bytes:
    from mnistlab.cnn.export import keras_file

    return keras_file(network)


WRITERS: dict[Form, Callable[[StoredNetwork], bytes]] = {"files": packed, "keras": _keras, "onnx": onnx_file}
