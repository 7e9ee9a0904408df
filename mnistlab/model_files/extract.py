"""A file of Keras on standard input -> its description of the layers and their arrays on standard output; run as a process of its own.

HDF5 is read by a large library in C, which a crafted file may keep busy, fill memory with, or break. So it is never loaded where pages are served:
this process may use so much memory and time, may open no file and write none, and holds nothing worth having (docs/decisions/0034).

Output: one line of JSON, `{"format", "config", "layers": {name: [shape, …]}}` or `{"error"}`, then all arrays in that order as little-endian float32.
"""

import io
import json
import math
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

from mnistlab.confined import confine

# Weights, twice as much again for what an optimiser remembers of them, and some room.
MOST_FILE_BYTES = 64_000_000
# More than this is not read as JSON either (recipes.base.LONGEST_JSON).
MOST_CONFIG_BYTES = 100_000
MOST_NUMBERS = 5_100_000
MOST_OBJECTS = 2_000
# Beside what Python, HDF5 and the file itself take; and seconds of processor with all of these.
MOST_MEMORY = 300_000_000
MOST_SECONDS = 4
MOST_STEPS = 10
HDF5, ZIP = b"\x89HDF\r\n\x1a\n", b"PK\x03\x04"
# Where a .keras file keeps the weights of its layers: today, and as the first files of this kind did.
LAYERS = ("layers", "_layer_checkpoint_dependencies")
CONFIG, WEIGHTS = "config.json", "model.weights.h5"

Layers = dict[str, list[Any]]


class UnreadableError(Exception):
    """A file that is none of Keras', or not one that is read here. Its text is a sentence."""


def extract(content: bytes) -> tuple[str, str, Layers]:
    """Return the format, "keras" or "legacy", the description of the layers as JSON, and the arrays of each layer by name, in Keras' order.

    Raises:
        UnreadableError: it is no such file. What else is raised means that it is damaged.
    """
    if len(content) > MOST_FILE_BYTES:
        raise UnreadableError(f"This file is too large: at most {MOST_FILE_BYTES // 1_000_000} MB are read.")
    if content.startswith(ZIP):
        config, weights = _unzipped(content)
        return "keras", config, dict(_numbered(_opened(weights)))
    if content.startswith(HDF5):
        file = _opened(content)
        return "legacy", _text(file.attrs, "model_config"), dict(_named(file))
    raise UnreadableError("This is no network of Keras: neither a .keras file nor HDF5.")


def _unzipped(content: bytes) -> tuple[str, bytes]:
    # Each entry of the list at a zip's end takes memory before anything can be counted.
    if content.count(b"PK\x01\x02") > MOST_OBJECTS:
        raise UnreadableError("This .keras file holds far more parts than a network has.")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if CONFIG not in names or WEIGHTS not in names:
            raise UnreadableError(f"This is no .keras file: it should hold {CONFIG} and {WEIGHTS}.")
        parts = {}
        for name, most in ((CONFIG, MOST_CONFIG_BYTES), (WEIGHTS, MOST_FILE_BYTES)):
            # What a zip says of a part's size need not be true: one byte more than is allowed tells.
            with archive.open(name) as part:
                parts[name] = part.read(most + 1)
            if len(parts[name]) > most:
                raise UnreadableError(f"This file unpacks to more than is read: {name} has over {most:,} bytes.")
    return parts[CONFIG].decode("utf-8"), parts[WEIGHTS]


def _opened(content: bytes) -> Any:
    import h5py

    return h5py.File(io.BytesIO(content), "r")


def _named(file: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield name and arrays of each layer of an old HDF5 file: groups name their arrays in attributes."""
    group = _group(file, "model_weights")
    left = [MOST_NUMBERS]
    for name in _texts(group.attrs, "layer_names"):
        layer = _group(group, name)
        yield name, [_array(layer, path, left) for path in _texts(layer.attrs, "weight_names")]


def _numbered(file: Any) -> Iterator[tuple[str, list[Any]]]:
    """Yield name and arrays of each layer of a .keras file's HDF5: `layers/NAME/vars/0` and so on."""
    group = next((found for name in LAYERS if name in file and len(found := _group(file, name))), None)
    if group is None:
        raise UnreadableError("This .keras file holds no weights of layers.")
    left = [MOST_NUMBERS]
    for name in _members(group):
        layer = _group(group, name)
        numbered = _group(layer, "vars") if "vars" in layer else {}
        yield name, [_array(numbered, str(number), left) for number in range(len(_members(numbered)))]


def _members(group: Any) -> list[str]:
    if len(group) > MOST_OBJECTS:
        raise UnreadableError("This file holds far more parts than a network has.")
    return list(group)


def _member(group: Any, path: str) -> Any:
    """Return what lies at a path below a group, each step of it in this very file."""
    import h5py

    if path.count("/") > MOST_STEPS:
        raise UnreadableError("This file is damaged: an array is missing that it names.")
    for name in path.split("/"):
        if not isinstance(group, h5py.Group):
            raise UnreadableError("This file is damaged: an array is missing that it names.")
        link = group.get(name, getlink=True)
        if link is None:
            raise UnreadableError("This file is damaged: an array is missing that it names.")
        if not isinstance(link, h5py.HardLink):
            raise UnreadableError("This file leads elsewhere instead of holding its weights; that is not followed.")
        group = group[name]
    return group


def _group(group: Any, name: str) -> Any:
    import h5py

    found = _member(group, name)
    if not isinstance(found, h5py.Group):
        raise UnreadableError("This file is damaged: an array stands where a layer should.")
    return found


def _array(group: Any, path: str, left: list[int]) -> Any:
    """Return an array as float32; `left`: how many numbers the file may still hold, one entry."""
    import h5py
    import numpy as np

    found = _member(group, path)
    if not isinstance(found, h5py.Dataset) or found.shape is None:
        raise UnreadableError("This file is damaged: an array is missing that it names.")
    if found.is_virtual or found.external:
        raise UnreadableError("This file leads elsewhere instead of holding its weights; that is not followed.")
    if found.dtype.kind in "iu":
        # What a layer for training only counts with; no layer that is known here has weights like these.
        return np.empty(0, "<f4")
    if found.dtype.kind != "f" or found.dtype.itemsize > 8:
        raise UnreadableError(f"The weights of this file are no plain numbers: {found.dtype!s:.40}.")
    left[0] -= found.size
    if left[0] < 0 or len(found.shape) > 4:
        raise UnreadableError("This network is too large: at most 5,000,000 parameters are read.")
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(found[()], "<f4")


def _attribute(attributes: Any, name: str) -> Any:
    declared = attributes.get_id(name)
    if math.prod(declared.shape or ()) * declared.dtype.itemsize > MOST_CONFIG_BYTES:
        raise UnreadableError("The description of this network is too long.")
    return attributes[name]


def _text(attributes: Any, name: str) -> str:
    import h5py

    if name not in attributes:
        raise UnreadableError(
            "This file holds weights without the layers they belong to; save the whole network, not its weights."
        )
    found = _attribute(attributes, name)
    if isinstance(found, bytes):
        found = found.decode("utf-8")
    if isinstance(found, h5py.Empty) or not isinstance(found, str) or len(found) > MOST_CONFIG_BYTES:
        raise UnreadableError("The description of this network cannot be read.")
    return found


def _texts(attributes: Any, name: str) -> list[str]:
    if name not in attributes:
        raise UnreadableError(f"This file is damaged: “{name}” is missing.")
    found = _attribute(attributes, name)
    if getattr(found, "ndim", 0) != 1 or len(found) > MOST_OBJECTS:
        # A layer without weights has an empty list, of no type in particular.
        raise UnreadableError(f"This file is damaged: “{name}” is no list.")
    return [part.decode("utf-8") if isinstance(part, bytes) else str(part) for part in found]


def _warm_up() -> None:
    """Read a file of each format: what Python and HDF5 load on first use is loaded now, since afterwards no file can be opened."""
    import h5py
    import numpy as np

    legacy, weights, packed = io.BytesIO(), io.BytesIO(), io.BytesIO()
    one = {"data": np.ones(1, "f4"), "compression": "gzip"}
    with h5py.File(legacy, "w") as file:
        file.attrs["model_config"] = "{}"
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [b"one", b"none"]
        group.create_group("none").attrs["weight_names"] = []
        group.create_group("one").attrs["weight_names"] = ["one/kernel:0"]
        group.create_dataset("one/one/kernel:0", **one)
    with h5py.File(weights, "w") as file:
        file.create_group("layers/one/vars", track_order=True).create_dataset("0", **one)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(CONFIG, "{}")
        archive.writestr(WEIGHTS, weights.getvalue())
    for content in (legacy, packed):
        extract(content.getvalue())
    b"PK".decode("cp437")


def main() -> None:
    """Read standard input, write what is in it."""
    content = sys.stdin.buffer.read(MOST_FILE_BYTES + 1)
    _warm_up()
    confine(MOST_MEMORY, MOST_SECONDS)
    layers: Layers = {}
    try:
        form, config, layers = extract(content)
        header: dict[str, Any] = {"format": form, "config": config}
        header["layers"] = {name: [array.shape for array in arrays] for name, arrays in layers.items()}
    except UnreadableError as error:
        header = {"error": str(error)}
    except Exception as error:  # whatever two libraries raise for a damaged file
        header = {"error": f"This file is damaged and cannot be read ({type(error).__name__})."}
    out = sys.stdout.buffer
    out.write(json.dumps(header).encode() + b"\n")
    for arrays in layers.values() if "layers" in header else ():
        for array in arrays:
            out.write(array.tobytes())
    out.flush()


if __name__ == "__main__":
    main()
