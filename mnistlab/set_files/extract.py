"""Files with digits on standard input -> pictures, labels and class names on standard output; run as a process of its own.

Formats are many, and files come from strangers: what unpacks, parses and converts them may use so much memory and time, opens no file and writes none
(docs/decisions/0034, 0037).

Input: one line of JSON, `{"files": [[name, bytes], …], "classes": […], "invert", "transpose"}`, then the files one after the other.
Output: one line of JSON, `{"classes", "notes", "train", "test"}` or `{"error"}`, then x_train, y_train, x_test and y_test as uint8.
"""

import gzip
import io
import json
import sys
import zipfile
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mnistlab.confined import confine
from mnistlab.recipes.data_sets import MOST_DIGITS, Split
from mnistlab.set_files.arrays import stored_array
from mnistlab.set_files.greys import read_greys
from mnistlab.set_files.labels import numbered, read_labels
from mnistlab.set_files.parts import Part, UnreadableError, unpacked
from mnistlab.set_files.pictures import is_picture, read_pictures
from mnistlab.set_files.splits import SIDE, Array, sort_arrays
from mnistlab.set_files.tables import table_of

# All files together: Kaggle's table of 60,000 digits is 110 MB.
MOST_FILE_BYTES = 130_000_000
MOST_MEMORY = 300_000_000
# Seconds of processor, and bytes of files that may take one more: a packed table is eight times as long unpacked, and text is slow to read.
MOST_SECONDS, BYTES_A_SECOND = 3, 2_000_000
# One digit in so many is for tests where the files have none, as of MNIST's 70,000; drawn by lot, the same each time.
TESTED, LOT = 7, 0
LEAST_DIGITS = 10
# What a .keras file holds.
WEIGHTS = "model.weights.h5"


@dataclass(frozen=True)
class Extracted:
    """A set of digits. `arrays`: x_train, y_train, x_test and y_test, uint8; `classes`: their names; `notes`: sentences for a visitor."""

    arrays: dict[str, NDArray[np.uint8]]
    classes: tuple[str, ...]
    notes: list[str]


def extract(
    files: list[tuple[str, bytes]], classes: list[str], invert: bool = False, transpose: bool = False
) -> Extracted:
    """Return the digits in files.

    Arguments:
        files: names and contents.
        classes: names for the classes; empty: as the files have them.
        invert: whether dark is bright.
        transpose: whether rows are columns.

    Raises:
        UnreadableError: they are none. What else is raised means that they are damaged.
    """
    parts = unpacked(files)
    if any(part.name.endswith(WEIGHTS) for part in parts):
        raise UnreadableError("This is a network of Keras and no set of digits; import it as a network.")
    pictures = [part for part in parts if is_picture(part)]
    if pictures:
        arrays, notes = read_pictures(pictures)
        found = sort_arrays(arrays)
    else:
        found, notes = sort_arrays(_arrays(parts)), []
    notes += found.notes
    raw = {split: read_labels(labels) for split, (_, labels) in found.pairs.items()}
    labels, names, said = numbered(raw, classes or _texts(found.names))
    notes += said
    chosen = _chosen(labels, notes)
    images: dict[Split, NDArray[np.uint8]] = {}
    result: dict[str, NDArray[np.uint8]] = {}
    for split, (source, numbers) in chosen.items():
        word = "training" if split == "train" else "test"
        grey, note = read_greys(found.pairs[source][0], numbers, word)
        # Of one file that is parted, once is enough.
        notes += [note] if note and (source or split == "train") else []
        images[split] = grey.transpose(0, 2, 1) if transpose else grey
        result |= {
            f"x_{split}": 255 - images[split] if invert else images[split],
            f"y_{split}": labels[source][numbers],
        }
    return Extracted(result, names, notes)


def _arrays(parts: list[Part]) -> list[Array]:
    arrays: list[Array] = []
    for part in parts:
        stored = stored_array(part)
        if stored is not None:
            arrays.append(stored)
        elif (table := table_of(part)) is not None:
            arrays += [table.pictures(), table.labels()]
    return arrays


def _texts(array: Array | None) -> list[str]:
    if array is None:
        return []
    return [str(text) for text in read_labels(array).tolist()]


def _chosen(labels: dict[str, NDArray[np.uint8]], notes: list[str]) -> dict[Split, tuple[str, NDArray[np.int64]]]:
    """Return for each split from which one of the files its digits come, and their numbers there, in order."""
    lot = np.random.default_rng(LOT)
    chosen: dict[Split, tuple[str, NDArray[np.int64]]]
    if "" in labels:
        count = len(labels[""])
        if count < LEAST_DIGITS:
            raise UnreadableError(f"There are only {count} digits here; a set has {LEAST_DIGITS} at least.")
        order, tests = lot.permutation(count), max(1, round(count / TESTED))
        notes.append(
            f"There is one set of digits in it; {tests:,} of the {count:,}, drawn by lot, are the test digits."
        )
        chosen = {"train": ("", order[tests:]), "test": ("", order[:tests])}
    else:
        chosen = {"train": ("train", np.arange(len(labels["train"]))), "test": ("test", np.arange(len(labels["test"])))}
        if len(chosen["train"][1]) > len(np.unique(labels["train"])) and bool(
            (np.diff(labels["train"].astype(int)) >= 0).all()
        ):
            notes.append(
                "The training digits were sorted by class; they were mixed, so that the first of them are of all classes."
            )
            chosen["train"] = ("train", lot.permutation(len(labels["train"])))
    for split, (source, numbers) in list(chosen.items()):
        if len(numbers) > (most := MOST_DIGITS[split]):
            word = "training" if split == "train" else "test"
            notes.append(f"Of {len(numbers):,} {word} digits {most:,} were kept, drawn by lot; MNIST has as many.")
            chosen[split] = (source, np.sort(lot.permutation(len(numbers))[:most]) if source else numbers[:most])
            if source:
                chosen[split] = (source, numbers[chosen[split][1]])
    return chosen


def _warm_up() -> None:
    """Read a file of each format: what Python and Pillow load on first use is loaded now, since afterwards no file can be opened."""
    from PIL import Image

    Image.init()
    numbers = np.arange(LEAST_DIGITS * SIDE * SIDE, dtype=np.uint8).reshape(LEAST_DIGITS, SIDE, SIDE)
    labels = np.arange(LEAST_DIGITS) % 2
    packed, zipped = io.BytesIO(), io.BytesIO()
    np.savez_compressed(packed, x=numbers / 255, y=labels, names=np.array(["a", "b"]))
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(LEAST_DIGITS):
            for form in ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP"):
                content = io.BytesIO()
                Image.fromarray(numbers[number]).convert("RGBA" if form == "PNG" else "L").resize((30, 30)).save(
                    content, form
                )
                archive.writestr(f"{number % 2}/{number}.{form.lower()}", content.getvalue())
    table = "\n".join(
        ",".join(str(value) for value in (number % 2, *numbers[number].ravel())) for number in range(LEAST_DIGITS)
    )
    for one in (packed.getvalue(), zipped.getvalue(), gzip.compress(table.encode())):
        extract([("x", one)], [])
    b"PK".decode("cp437")


def main() -> None:
    """Read standard input, write what is in it."""
    header = json.loads(sys.stdin.buffer.readline())
    files = [(str(name), sys.stdin.buffer.read(int(size))) for name, size in header["files"]]
    _warm_up()
    confine(MOST_MEMORY, MOST_SECONDS + sum(len(content) for _, content in files) // BYTES_A_SECOND)
    said: dict[str, Any]
    arrays: dict[str, NDArray[np.uint8]] = {}
    try:
        found = extract(files, header["classes"], header["invert"], header["transpose"])
        arrays = found.arrays
        said = {
            "classes": found.classes,
            "notes": found.notes,
            "train": len(arrays["y_train"]),
            "test": len(arrays["y_test"]),
        }
    except UnreadableError as error:
        said = {"error": str(error)}
    except MemoryError:
        said = {"error": "These files take more memory to read than they may."}
    except Exception as error:  # whatever libraries raise for a damaged file
        said = {"error": f"This file is damaged and cannot be read ({type(error).__name__})."}
    out = sys.stdout.buffer
    out.write(json.dumps(said).encode() + b"\n")
    if "error" not in said:
        for name in ("x_train", "y_train", "x_test", "y_test"):
            out.write(np.ascontiguousarray(arrays[name]).tobytes())
    out.flush()


if __name__ == "__main__":
    main()
