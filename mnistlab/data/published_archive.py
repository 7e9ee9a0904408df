"""EMNIST, which is published as one archive of several sets: fetched into a file, checked as a whole, and only what is wanted is taken out of it.

Size and checksum are the same with several independent readers (the archive of NIST, named by torchvision and others).
"""

import hashlib
import http.client
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from string import ascii_uppercase, digits
from typing import IO

from mnistlab.errors import DataError

BLOCK = 1 << 18
# NIST's server turns away the name that Python's library calls itself by.
READER = {"User-Agent": "mnistlab"}
FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "test-images-idx3-ubyte.gz",
    "test-labels-idx1-ubyte.gz",
)


@dataclass(frozen=True)
class ArchivedSet:
    """A set in an archive.

    Attributes:
        title: its name on screen.
        stem: what the names of its four files begin with.
        classes: names of its classes.
    """

    title: str
    stem: str
    classes: tuple[str, ...]


@dataclass(frozen=True)
class PublishedArchive:
    """An archive of several sets that is published.

    Attributes:
        title: its name on screen.
        address: where it is.
        size: its bytes.
        sha256: its checksum.
        sets: those that are taken out of it.
    """

    title: str
    address: str
    size: int
    sha256: str
    sets: tuple[ArchivedSet, ...]

    @property
    def megabytes(self) -> int:
        """Its size on screen."""
        return round(self.size / 1_000_000)


ARCHIVES: dict[str, PublishedArchive] = {
    "emnist": PublishedArchive(
        "EMNIST",
        "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip",
        561_753_746,
        "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
        (
            ArchivedSet("EMNIST digits", "emnist-digits-", tuple(digits)),
            ArchivedSet("EMNIST letters", "emnist-letters-", tuple(ascii_uppercase)),
            # Small letters that look like large ones are one class with them; the others have one of their own.
            ArchivedSet("EMNIST balanced", "emnist-balanced-", (*digits, *ascii_uppercase, *"abdefghnqrt")),
        ),
    )
}


def fetch_archive(wanted: PublishedArchive, patience: float, target: IO[bytes]) -> Iterator[int]:
    """Fetch an archive into an open file, yielding the bytes so far; at its end it is checked.

    Arguments:
        wanted: the archive.
        patience: seconds without an answer after which it is given up.
        target: an empty file, open for writing.

    Raises:
        DataError: there is no answer, something else than this archive, or no room for it.
    """
    digest, done = hashlib.sha256(), 0
    try:
        request = urllib.request.Request(wanted.address, headers=READER)  # noqa: S310
        with urllib.request.urlopen(request, timeout=patience) as answer:  # noqa: S310
            while block := answer.read(BLOCK):
                done += len(block)
                if done > wanted.size:
                    raise DataError(f"What was sent is not {wanted.title}: it is larger than {wanted.megabytes} MB.")
                target.write(block)
                digest.update(block)
                yield done
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise DataError(
            f"{wanted.title} could not be fetched ({reason or type(error).__name__}); bring its files instead."
        ) from None
    if digest.hexdigest() != wanted.sha256:
        raise DataError(f"What was sent is not {wanted.title}: its SHA-256 is another. It was thrown away.")


def files_of(archive: IO[bytes], wanted: ArchivedSet) -> list[tuple[str, bytes]]:
    """Return the names and contents of a set's four files in a fetched archive.

    Raises:
        DataError: one of them is not in it.
    """
    with zipfile.ZipFile(archive) as opened:
        paths = {path.rpartition("/")[2]: path for path in opened.namelist()}
        names = [f"{wanted.stem}{name}" for name in FILES]
        if missing := [name for name in names if name not in paths]:
            raise DataError(f"{missing[0]} is not in the archive of {wanted.title}.")
        return [(name, opened.read(paths[name])) for name in names]
