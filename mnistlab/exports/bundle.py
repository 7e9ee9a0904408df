"""A filled template and its data -> one zip."""

import io
import zipfile
from collections.abc import Collection, Mapping
from importlib.metadata import version
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.exports.templates import cells, notebook, script
from mnistlab.store.networks import Weights

Files = dict[str, bytes]
NEEDED = ("tensorflow", "keras", "numpy", "pillow")
WEIGHTS, DIGITS, START = "weights.npz", "digits.npy", "start.npy"


def files_of(template: str, blocks: Mapping[str, str], tags: Collection[str], data: Files) -> Files:
    """Return script, notebook and data by their names; arguments as those of `cells`."""
    parts = cells(template, blocks, tags)
    return {
        f"{template}.py": script(parts).encode(),
        f"{template}.ipynb": notebook(parts).encode(),
        "requirements.txt": requirements().encode(),
        **data,
    }


def requirements() -> str:
    """Return what a script needs, in the versions that are here, a line each; `pip install -r requirements.txt` takes it."""
    # (Read off what is installed; nothing is imported.)
    return "".join(f"{name}=={version(name)}\n" for name in NEEDED)


def zipped(files: Files) -> bytes:
    """Return the zip; equal files give equal bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def npz(arrays: Weights | Mapping[str, NDArray[Any]]) -> bytes:
    """Return named arrays as a file of NumPy."""
    written = io.BytesIO()
    np.savez(written, **arrays)
    return written.getvalue()


def npy(array: NDArray[Any]) -> bytes:
    """Return an array as a file of NumPy."""
    written = io.BytesIO()
    np.save(written, array, allow_pickle=False)
    return written.getvalue()


def choices(**values: object) -> str:
    """Return assignments, a line each: `seed=3` becomes `SEED = 3`. Texts are code and stand as they are."""
    return "".join(
        f"{name.upper()} = {value if isinstance(value, str) else repr(value)}\n" for name, value in values.items()
    )
