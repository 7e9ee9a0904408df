"""Files of digits that were made to do harm, and thousands that were merely bent; run as a script, it reads bent ones as the reader does.

python -m support.hostile_sets npz 0 5000
"""

import gzip
import io
import random
import resource
import struct
import sys
import time
import zipfile

import numpy as np
from support.set_files import csv, idx, made, npy, npz, pictures

SMALL = made(classes=3, train=24, test=9)
X, Y = SMALL["x_train"], SMALL["y_train"]
GIGABYTE = 1_000_000_000


def _zip(method=zipfile.ZIP_DEFLATED, **files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _header(shape, dtype="|u1"):
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    text = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text.encode()


def _claiming(content, size):
    """A zip whose entries say that they unpack to `size` bytes."""
    place = content.index(b"PK\x01\x02")
    return content[: place + 24] + struct.pack("<I", size) + content[place + 28 :]


# 600 MB of zeros, packed to half a megabyte.
BOMB = gzip.compress(b"\0" * 10_000_000) * 60
# Files that were made to do harm, by what they do.
HARMFUL = {
    "a zip that claims a gigabyte": lambda: ("a.npz", _claiming(npz(x=X, y=Y), GIGABYTE)),
    "a zip that claims too little": lambda: ("a.npz", _claiming(npz(x=X, y=Y), 10)),
    "a zip that claims no more than is read": lambda: (
        "a.npz",
        _zip(**{"x.npy": _header((500_000, 28, 28)) + b"\0" * 9_000_000, "y.npy": npy(Y)}),
    ),
    "a gzip that unpacks to 600 MB": lambda: ("a-images-idx3-ubyte.gz", bytes(BOMB)),
    "a gzip in a zip": lambda: ("a.zip", _zip(zipfile.ZIP_STORED, **{"x.gz": BOMB})),
    "a hundred thousand parts": lambda: ("a.zip", b"PK\x03\x04" + b"PK\x01\x02" * 100_000),
    "a shape of a terabyte": lambda: ("x.npy", _header((10**9, 28, 28)) + b"\0" * 1000),
    "a shape that runs over": lambda: ("x.npy", _header((2**40, 2**40, 28)) + b"\0" * 1000),
    "a negative shape": lambda: ("x.npy", _header((-5, 28, 28)) + b"\0" * 1000),
    "a header that is a program": lambda: ("x.npy", _header("__import__('os').system('true')") + b"\0" * 1000),
    "a header of brackets": lambda: ("x.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", 60_000) + b"(" * 60_000),
    "a pickle": lambda: ("x.npy", npy(np.array([print], object))),
    "an idx of a terabyte": lambda: (
        "x-idx3-ubyte",
        bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**31, 28, 28) + b"\0" * 1000,
    ),
    "a million columns": lambda: ("a.csv", b",".join([b"0"] * 1_000_000)),
    "a million lines": lambda: ("a.csv", b"label" + b",p" * 784 + b"\n0" * 1_000_000),
    "a line without an end": lambda: ("a.csv", b"1," * 784 + b"1" * 10_000_000),
    "NaN": lambda: ("a.npz", npz(x=np.full((20, 28, 28), np.nan), y=Y[:20])),
    "infinite": lambda: ("a.npz", npz(x=np.where(X > 0, np.inf, 0), y=Y)),
    "numbers beyond all others": lambda: ("a.npz", npz(x=np.full((24, 28, 28), 1e4000, np.longdouble), y=Y)),
    "labels as wide as the pictures": lambda: ("a.npz", npz(x=X, y=X.reshape(24, 784))),
    "a picture of a hundred megapixels": lambda: (
        "a.zip",
        _zip(**{"1/1.png": _png(10_000, 10_000), "2/1.png": _png(28, 28)}),
    ),
    "texts of a gigabyte": lambda: ("y.npy", _header((1000,), "<U250000") + b"\0" * 1000),
    "folders that lead out, and no digits": lambda: ("a.zip", _zip(**{"../../etc/1.png": b"x", "/root/2.png": b"x"})),
}


def _png(width, height):
    from PIL import Image

    content = io.BytesIO()
    Image.new("1", (width, height)).save(content, "PNG")
    return content.getvalue()


SOUND = {
    "npz": ("a.npz", npz(**SMALL)),
    "npy": ("x_train.npy", npy(X)),
    "idx": ("train-images-idx3-ubyte", idx(X, packed=False)),
    "idx.gz": ("train-images-idx3-ubyte.gz", idx(X)),
    "csv": ("train.csv", csv(X, Y)),
    "zip": ("a.zip", pictures(SMALL, ("a", "b", "c"))),
}


def bent(kind, seed):
    """Return a sound file in which some bytes are others, missing, or there twice; more of it at its ends, where its structure is."""
    chance, (name, content) = random.Random(seed), SOUND[kind]
    # What is packed has sums over it: half of the files are bent inside, else hardly one would be read any further.
    content = (PACKED.get(kind, _bent) if seed % 2 else _bent)(content, chance)
    beside = {
        "npy": [("y_train.npy", npy(Y))],
        "idx": [("train-labels-idx1-ubyte", idx(Y))],
        "idx.gz": [("train-labels-idx1-ubyte", idx(Y))],
    }
    return [(name, content), *beside.get(kind, [])]


def _bent(content, chance):
    content = bytearray(content)
    for _ in range(chance.randint(1, 8)):
        reach = chance.choice([60, 400, len(content)])
        place = chance.randrange(min(reach, len(content)))
        place = len(content) - 1 - place if chance.random() < 0.4 else place
        match chance.randrange(5):
            case 0:
                content[place] = chance.randrange(256)
            case 1:
                content[place] ^= 1 << chance.randrange(8)
            case 2:
                del content[place : place + chance.randint(1, 50)]
            case 3:
                content[place:place] = content[place : place + chance.randint(1, 50)]
            case _:
                content[place : place + 4] = chance.choice(
                    [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"nan,"]
                )
        if not content:
            break
    return bytes(content)


def _bent_in_zip(content, chance):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(list(parts))
    return _zip(**parts | {name: _bent(parts[name], chance)})


def _bent_in_gzip(content, chance):
    return gzip.compress(_bent(gzip.decompress(content), chance), mtime=0)


PACKED = {"npz": _bent_in_zip, "zip": _bent_in_zip, "idx.gz": _bent_in_gzip}


def read_bent(kind, first, count):
    """Read bent files; return how many were read nevertheless, how many refused by kind of error, the longest time, and the memory grown."""
    from mnistlab.set_files.extract import _warm_up, extract
    from mnistlab.set_files.parts import UnreadableError

    _warm_up()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    read, slowest, errors = 0, 0.0, {}
    for seed in range(first, first + count):
        files, began = bent(kind, seed), time.process_time()
        try:
            extract(files, [])
            read += 1
        except UnreadableError as error:
            assert str(error).endswith((".", "“…")) and len(str(error)) < 400, str(error)
            errors["sentence"] = errors.get("sentence", 0) + 1
        except Exception as error:  # what the process answers with one sentence
            errors[type(error).__name__] = errors.get(type(error).__name__, 0) + 1
        slowest = max(slowest, time.process_time() - began)
    grown = 1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    return {"read": read, "refused": errors, "slowest": round(slowest, 3), "grown": grown}


if __name__ == "__main__":
    print(read_bent(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
