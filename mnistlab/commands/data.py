"""A file with digits, or a folder -> a set in the store, and the name recipes know it by."""

import json
import sys
from pathlib import Path

from mnistlab.commands import Printed
from mnistlab.set_files.bring import Brought, bring
from mnistlab.set_files.contents import Wishes, files_at
from mnistlab.set_files.fetching import Fetched, fetch_sets
from mnistlab.settings import settings
from mnistlab.store.format import check_format


def add(file: Path, name: str, classes: str, invert: bool, transpose: bool) -> Printed:
    """Return the set's name, its numbers of training and test digits, and its classes; print what is odd in it.

    Arguments:
        file: `.npz`, `.npy`, IDX or CSV, packed or not, with its labels beside it; a zip, or a folder.
        name: what pages call the set.
        classes: names of the classes, with commas; "": as the file has them.
        invert: whether dark is bright.
        transpose: whether rows are columns.

    Raises:
        MnistlabError: it cannot be read, holds no digits, or there is no room for it.
    """
    check_format(settings().home)
    names = tuple(part.strip() for part in classes.split(",")) if classes else ()
    return _said(bring(files_at(file), name or file.stem, "", Wishes(names, invert, transpose)))


def fetch(name: str) -> Printed:
    """Fetch a published set and return what `add` does; of an archive, all but the last of its sets are printed before, a line each.

    Raises:
        MnistlabError: there is no answer, something else than this set, or no room for it.
    """
    check_format(settings().home)
    step = Fetched("")
    for step in fetch_sets(name, "", settings().download_patience):
        print(step.said, end="   \r", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    *others, last = map(_said, step.brought)
    for said in others:
        print(json.dumps(said))
    return last


def _said(brought: Brought) -> Printed:
    for note in brought.set.notes:
        print(note, file=sys.stderr)
    found = brought.set
    return {
        "data": brought.data,
        "train": found.size("train"),
        "test": found.size("test"),
        "classes": list(found.classes),
    }
