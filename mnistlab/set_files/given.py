"""What MNISTLAB_DATA names besides MNIST -> sets of digits in the store: a file, or a folder of several; read once, and again when it changes."""

import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path
from threading import Lock

from mnistlab.brought_sets import GIVEN_FILE, given_index, is_here, stamp
from mnistlab.data.digits import read_split
from mnistlab.errors import DataError, MnistlabError
from mnistlab.recipes.data_sets import MNIST, DataName, is_brought
from mnistlab.set_files.bring import bring
from mnistlab.set_files.contents import beside, files_at
from mnistlab.set_files.greys import DIM
from mnistlab.set_files.oddities import odd_as_digits
from mnistlab.set_files.parts import CLUTTER
from mnistlab.settings import settings
from mnistlab.store.files import make_folder, write_json

log = logging.getLogger("mnistlab.given")
_taking = Lock()
ENDINGS = (".npz", ".npy", ".csv", ".zip", ".gz", "ubyte")


def take_up_given() -> list[str]:
    """Take up all sets that MNISTLAB_DATA names and that are not here yet; return a sentence about each that cannot be read."""
    given = settings().data
    if given is None or not given.exists():
        return []
    complaints = []
    with _taking:
        for path, title in _sets_in(given):
            known = given_index().get(_stamp_of_all(path))
            if known is not None and is_here(known):
                continue
            try:
                _keep(path, bring(files_at(path), title, "").data)
            except MnistlabError as error:
                complaints.append(f"{path.name} in MNISTLAB_DATA: {error}")
                log.warning("A set of digits could not be taken up", extra={"reason": str(error)})
    return complaints


def _sets_in(given: Path) -> Iterator[tuple[Path, str]]:
    """Yield path and title of each set; MNIST's own file is none."""
    if not given.is_dir():
        if not _is_mnist(given):
            yield given, given.stem
        return
    used: set[Path] = set()
    for path in sorted(given.iterdir()):
        if path in used or CLUTTER.search(path.name) or _is_mnist(path):
            continue
        if path.is_dir():
            yield path, path.name
        elif path.name.lower().endswith(ENDINGS):
            used.update(beside(path))
            yield path, path.stem


def _is_mnist(path: Path) -> bool:
    if path.suffix != ".npz" or not path.is_file():
        return False
    try:
        test = read_split(path, MNIST, "test")
    except DataError:
        return False
    # With MNIST's shapes and labels, and yet transposed, inverted or of another range: a set of its own, which says so.
    return int(test.images.max()) >= DIM and not odd_as_digits(test)


def _stamp_of_all(path: Path) -> str:
    """Return a text that is another one when any file of a set changes, also one in its folder or beside its first file."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path, *beside(path)]
    return hashlib.sha256("\n".join(map(stamp, files)).encode("utf-8", "surrogateescape")).hexdigest()


def _keep(path: Path, name: DataName) -> None:
    folder = settings().home / "sets"
    make_folder(folder)
    index = {known: data for known, data in given_index().items() if is_brought(data)}
    write_json(folder / GIVEN_FILE, {**index, stamp(path): name, _stamp_of_all(path): name})
