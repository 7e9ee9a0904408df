"""The field `picture` of a recipe -> pixels: a sample, an uploaded picture, or a file on the command line.

Uploaded pictures are kept in the store under their digests, so that recipes can name them; they also travel inside the PNG of a dream.
"""

import contextlib
import re
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from mnistlab.checkout import ASSETS
from mnistlab.data.photos import decoded, kept_name, normalised
from mnistlab.data.picture_files import MOST_BYTES
from mnistlab.errors import DataError
from mnistlab.store.files import make_folder, write_bytes
from mnistlab.store.origins import Brought, Origins

FOLDER = ASSETS / "pictures"
SAMPLES = {"flower": "two dahlias", "hills": "hills mirrored in a lake", "sea": "a lighthouse in moonlight"}
KEPT = re.compile(r"kept-[0-9a-f]{32}")
# For all kept pictures together; then others make room (`Origins.to_go`).
MOST_KEPT_BYTES = 500_000_000
_origins = Origins("pictures")
_keeping = Lock()


def find_photo(name: str, home: Path, allow_paths: bool = False) -> NDArray[np.uint8]:
    """Return the picture (rows, columns, 3) uint8 with the name `name` in a recipe.

    Arguments:
        name: name of a sample or of a kept picture, or a path.
        home: folder of the store.
        allow_paths: whether paths may be read: on the command line, never for a page.

    Raises:
        DataError: if there is no such picture, or it cannot be read.
    """
    return decoded(photo_file(name, home, allow_paths))


def photo_file(name: str, home: Path, allow_paths: bool = False) -> bytes:
    """Return the bytes of the picture with the name `name` in a recipe; arguments and errors as for `find_photo`."""
    if name in SAMPLES:
        return (FOLDER / f"{name}.jpg").read_bytes()
    if KEPT.fullmatch(name):
        try:
            return _kept_path(name, home).read_bytes()
        except OSError:
            raise DataError("The picture of this recipe is not kept here; bring it again.") from None
    if not allow_paths:
        raise DataError(
            f"There is no picture “{name[:80]}” here. Choose one of {', '.join(SAMPLES)}, or bring your own."
        )
    path = Path(name)
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise DataError(
            f"There is no picture “{path.name[:80]}” ({reason}). Name one of {', '.join(SAMPLES)}, or a file."
        ) from None
    return normalised(content)


def keep_photo(content: bytes, home: Path, address: str = "") -> str:
    """Keep an uploaded picture, and return its name for recipes.

    Arguments:
        content: the file.
        home: folder of the store.
        address: a token for the visitor's network address; "" if addresses are not counted.

    Raises:
        DataError: if it cannot be read.
        StoreError: if the disk is full, read-only or gone.
    """
    return keep_normalised(normalised(content), home, address)


def keep_normalised(content: bytes, home: Path, address: str = "") -> str:
    """Keep the output of `normalised`, and return its name; arguments as for `keep_photo`.

    Raises:
        DataError: if it is anything else.
        StoreError: if the disk is full, read-only or gone.
    """
    decoded(content)
    name = kept_name(content)
    path = _kept_path(name, home)
    with _keeping:
        if path.is_file():
            path.touch()
        else:
            make_folder(path.parent)
            _make_room(path.parent, len(content), address)
            write_bytes(path, content)
            _origins.note((path, ""), address)
    return name


def _kept_path(name: str, home: Path) -> Path:
    return home / "pictures" / name


def _make_room(folder: Path, size: int, address: str) -> None:
    """Remove pictures until one more of so many bytes may be there."""
    kept: dict[Brought, tuple[float, int]] = {}
    for path in folder.glob("kept-*"):
        with contextlib.suppress(OSError):
            stat = path.stat()
            kept[path, ""] = stat.st_mtime, stat.st_size
    _origins.keep_only(kept)
    too_much = sum(taken for _, taken in kept.values()) + size - MOST_KEPT_BYTES
    for path, _ in _origins.to_go(kept, too_much, address):
        path.unlink(missing_ok=True)
