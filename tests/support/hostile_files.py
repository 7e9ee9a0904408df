"""Files of networks that were made to do harm, and thousands that were merely bent; run as a script, it reads bent ones as the reader does.

python -m support.hostile_files h5 0 5000
"""

import io
import resource
import struct
import sys
import time
import zipfile

import h5py
import numpy as np
from support.keras_files import LAYERS, SMALL, keras, legacy, random_weights, sequential, zipped

from mnistlab.confined import confine
from mnistlab.model_files import extract
from mnistlab.recipes import weight_shapes

WEIGHTS = random_weights(weight_shapes(SMALL))
WRITERS = {"h5": legacy, "keras": keras}
FIRST = {"h5": "model_weights/conv2d", "keras": "layers/conv2d"}
KERNEL = {"h5": f"{FIRST['h5']}/conv2d/kernel:0", "keras": f"{FIRST['keras']}/vars/0"}


def bent(kind, bend):
    return WRITERS[kind](LAYERS, WEIGHTS, bend=lambda file: bend(file, FIRST[kind], KERNEL[kind]))


def _replaced(file, path, **dataset):
    del file[path]
    file.create_dataset(path, **dataset)


def _linked(file, path, link):
    del file[path]
    file[path] = link


def _virtual(file, path):
    del file[path]
    layout = h5py.VirtualLayout(shape=(3, 3, 1, 3), dtype="f4")
    layout[...] = h5py.VirtualSource("/etc/hostname", "x", shape=(3, 3, 1, 3))
    file.create_virtual_dataset(path, layout)


def _one_chunk(file, path):
    """A small array whose values lie in one large chunk of zeros, packed to some hundred kB."""
    options = {"maxshape": (None,) * 4, "chunks": (10_000, 10_000, 1, 1), "compression": "gzip", "compression_opts": 1}
    _replaced(file, path, shape=(3, 3, 1, 3), dtype="f4", **options)
    file[path][0, 0, 0, 0] = 1.0


def _looped(file, layer, kernel):
    file[f"{layer}/again"] = file[layer]
    path = kernel.removeprefix(f"{layer}/")
    file[layer].attrs["weight_names"] = [("again/" * 50 + path).encode(), ("again/" * 3 + path).encode()]


# What bends an HDF5 file: the open file, the group of its first layer, the path of its kernel.
BENDS = {
    "external link": lambda file, layer, kernel: _linked(file, layer, h5py.ExternalLink("/etc/hostname", "/")),
    "soft link": lambda file, layer, kernel: _linked(file, layer, h5py.SoftLink("/")),
    "link to itself": lambda file, layer, kernel: _linked(file, kernel, h5py.SoftLink(f"/{kernel}")),
    "numbers elsewhere": lambda file, layer, kernel: _replaced(
        file, kernel, shape=(3, 3, 1, 3), dtype="f4", external=[("/etc/passwd", 0, 108)]
    ),
    "virtual": lambda file, layer, kernel: _virtual(file, kernel),
    "huge and empty": lambda file, layer, kernel: _replaced(
        file, kernel, shape=(100_000, 100_000), dtype="f8", chunks=(1_000, 1_000)
    ),
    "a chunk of 400 MB": lambda file, layer, kernel: _one_chunk(file, kernel),
    "another shape": lambda file, layer, kernel: _replaced(file, kernel, data=np.ones((3, 3, 1, 4), "f4")),
    "no shape": lambda file, layer, kernel: _replaced(file, kernel, data=h5py.Empty("f4")),
    "one number": lambda file, layer, kernel: _replaced(file, kernel, data=np.float32(1)),
    "not a number": lambda file, layer, kernel: _replaced(file, kernel, data=np.full((3, 3, 1, 3), np.nan, "f4")),
    "infinite": lambda file, layer, kernel: _replaced(file, kernel, data=np.full((3, 3, 1, 3), 1e300, "f8")),
    "texts": lambda file, layer, kernel: _replaced(file, kernel, data=["evil"]),
    "references": lambda file, layer, kernel: _replaced(file, kernel, data=file[layer].ref, dtype=h5py.ref_dtype),
    "records": lambda file, layer, kernel: _replaced(file, kernel, data=np.zeros(3, [("a", "f4"), ("b", "i4")])),
    "complex": lambda file, layer, kernel: _replaced(file, kernel, data=np.zeros((3, 3, 1, 3), "c16")),
    "a group for a kernel": lambda file, layer, kernel: (file.__delitem__(kernel), file.create_group(kernel)),
    "no kernel": lambda file, layer, kernel: file.__delitem__(kernel),
    "no layer": lambda file, layer, kernel: file.__delitem__(layer),
}
LEGACY_BENDS = {
    "loop": _looped,
    "names without end": lambda file, layer, kernel: file["model_weights"].attrs.create(
        "layer_names", np.full(5_000, b"x")
    ),
    "names that are none": lambda file, layer, kernel: file["model_weights"].attrs.create("layer_names", 7),
    "no description": lambda file, layer, kernel: file.attrs.__delitem__("model_config"),
    "a number for a description": lambda file, layer, kernel: file.attrs.create("model_config", 7),
    "bytes for a description": lambda file, layer, kernel: file.attrs.create("model_config", np.void(b"\xff\x00")),
}
ZEROS = bytes(200_000_000)


def _renamed(content, name, other):
    return content.replace(name.encode(), other.encode())


def _lies_of_its_size():
    content = zipped({"config.json": sequential(LAYERS), "model.weights.h5": ZEROS[:100_000]})
    return content.replace(struct.pack("<L", 100_000), struct.pack("<L", 0xFFFFFFF0))


def _many_parts():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}", "")
    return content.getvalue()


ZIPS = {
    "a bomb for a description": lambda: zipped({"config.json": ZEROS, "model.weights.h5": b""}),
    "a bomb for weights": lambda: zipped({"config.json": sequential(LAYERS), "model.weights.h5": ZEROS}),
    "lies of its size": _lies_of_its_size,
    "no weights": lambda: zipped({"config.json": sequential(LAYERS)}),
    "weights of nothing": lambda: zipped({"config.json": sequential(LAYERS), "model.weights.h5": b""}),
    "weights that are a zip": lambda: zipped({"config.json": "{}", "model.weights.h5": zipped({"config.json": ""})}),
    "twenty thousand parts": _many_parts,
    "another way of packing": lambda: keras(LAYERS, WEIGHTS).replace(b"\x08\x00", b"\x63\x00"),
    "a name that leads out": lambda: _renamed(keras(LAYERS, WEIGHTS), "config.json", "../../etc.x"),
    "no text": lambda: zipped({"config.json": b"\xff\xfe", "model.weights.h5": b""}),
}


def mutated(kind, seed):
    """Return a good file with a few bytes changed, cut, doubled or moved; of a zip, the parts inside or the whole."""
    random = np.random.default_rng([seed, kind == "keras"])
    if kind == "keras" and random.random() < 0.6:
        with zipfile.ZipFile(io.BytesIO(GOOD[kind])) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = "model.weights.h5" if random.random() < 0.7 else "config.json"
        return zipped(parts | {name: _bent_bytes(parts[name], random)})
    return _bent_bytes(GOOD[kind], random)


def _bent_bytes(content, random):
    content = bytearray(content)
    for _ in range(random.integers(1, 6)):
        # Where HDF5 keeps what leads from one thing to the next: at the beginning, mostly.
        most = len(content) if random.random() < 0.5 else min(len(content), 4_000)
        place = int(random.integers(0, max(most, 1)))
        match random.integers(6):
            case 0:
                content[place : place + 1] = random.bytes(1)
            case 1:
                content[place : place + 8] = struct.pack("<Q", int(random.integers(0, len(content) + 1)))
            case 2:
                content[place : place + 4] = random.choice([b"\xff" * 4, bytes(4), b"\x01\0\0\0", b"\xff\xff\xff\x7f"])
            case 3:
                del content[place:]
            case 4:
                del content[place : place + int(random.integers(1, 64))]
            case 5:
                content[place:place] = content[: int(random.integers(1, 200))]
    return bytes(content)


# Seconds of processor for all files of a run.
PATIENCE = 3_600
GOOD = {kind: write(LAYERS, WEIGHTS) for kind, write in WRITERS.items()}


def main(kind, first, last):
    """Read mutated files in this very process, confined as the reader is; print what each took."""
    extract._warm_up()
    files = [mutated(kind, seed) for seed in range(first, last)]
    # Each has a process to itself there; the seconds are compared below.
    confine(extract.MOST_MEMORY, PATIENCE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, whole = 0.0, 0
    for seed, content in enumerate(files, start=first):
        print(seed, flush=True)
        start = time.process_time()
        try:
            extract.extract(content)
            whole += 1
        except Exception:  # what the reader says of it is tested elsewhere
            pass
        slowest = max(slowest, time.process_time() - start)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    print(f"read {whole} slowest {slowest:.2f} grown {grown}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
