"""Files as they were brought -> the files in them: what is packed by zip or gzip is opened, one level deep, and nothing is written anywhere."""

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import IO, cast

ZIP, ZIP_ENTRY, GZIP = b"PK\x03\x04", b"PK\x01\x02", b"\x1f\x8b"
# What one file may unpack to, and one that is needed whole; 60,000 digits as whole numbers of eight bytes are 376 MB.
MOST_UNPACKED, MOST_WHOLE = 460_000_000, 130_000_000
# Pictures in a folder or zip, 70,000 and some.
MOST_PARTS = 80_000
# What systems put beside the files that somebody packed.
CLUTTER = re.compile(r"(^|/)(\.|__MACOSX/|Thumbs\.db$|desktop\.ini$)")


class UnreadableError(Exception):
    """Files that are no digits, or not of a kind that is read here. Its text is a sentence."""


@dataclass(frozen=True)
class Part:
    """A file. `name`: its path, only ever read as words; `size`: what it says it unpacks to; `open`: opens it for reading, again and again."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]

    def whole(self, most: int = MOST_WHOLE) -> bytes:
        """Return its content.

        Raises:
            UnreadableError: it is larger than `most` bytes.
        """
        with self.open() as file:
            content = file.read(most + 1)
        if len(content) > most:
            raise UnreadableError(f"{self.short} unpacks to more than {most / 1e6:.0f} MB, which is more than is read.")
        return content

    def head(self, count: int) -> bytes:
        """Return its first bytes."""
        with self.open() as file:
            return file.read(count)

    @property
    def short(self) -> str:
        """Its name without folders, cut to a length that fits a sentence."""
        return self.name.rsplit("/", 1)[-1][:60] or "The file"


def unpacked(files: list[tuple[str, bytes]]) -> list[Part]:
    """Return the files in files, those of a zip one by one.

    Raises:
        UnreadableError: there are too many, or one claims to be too large.
    """
    parts: list[Part] = []
    for name, content in files:
        if CLUTTER.search(name):
            continue
        if content.startswith(ZIP):
            # Of several packed files each says by its name what it is for.
            parts += _of_zip(name, content, f"{name.rpartition('.')[0]}/" if len(files) > 1 else "")
        else:
            parts.append(_of_bytes(name, content))
        if len(parts) > MOST_PARTS:
            raise UnreadableError(f"There are too many files: at most {MOST_PARTS:,} are read.")
    return parts


def _of_zip(zip_name: str, content: bytes, above: str) -> list[Part]:
    # Each entry of the list at a zip's end takes memory before anything can be counted.
    if content.count(ZIP_ENTRY) > MOST_PARTS:
        raise UnreadableError(f"There are too many files: at most {MOST_PARTS:,} are read.")
    archive = zipfile.ZipFile(io.BytesIO(content))
    parts, total = [], 0
    for entry in archive.infolist():
        if entry.is_dir() or CLUTTER.search(entry.filename):
            continue
        total += entry.file_size
        if total > MOST_UNPACKED:
            raise UnreadableError(
                f"{zip_name[:60]} unpacks to more than {MOST_UNPACKED / 1e6:.0f} MB, which is more than is read."
            )
        part = Part(above + entry.filename, entry.file_size, partial(archive.open, entry))
        # One gzip within a zip, as EMNIST is published.
        parts.append(_of_bytes(part.name, part.whole()) if part.name.endswith(".gz") else part)
    return parts


def _of_bytes(name: str, content: bytes) -> Part:
    if content.startswith(GZIP):
        return Part(
            name.removesuffix(".gz"), _gzip_size(content), lambda: cast(IO[bytes], gzip.open(io.BytesIO(content)))
        )
    return Part(name, len(content), lambda: io.BytesIO(content))


def _gzip_size(content: bytes) -> int:
    """Return how many bytes a gzip unpacks to, by unpacking it: what its end says may be anything."""
    unpacker, total, rest = zlib.decompressobj(31), 0, content
    while rest:
        total += len(unpacker.decompress(rest, 1 << 20))
        rest = unpacker.unconsumed_tail
        if unpacker.eof:
            # Several may stand one after the other.
            unpacker, rest = zlib.decompressobj(31), unpacker.unused_data.lstrip(b"\0")
        if total > MOST_UNPACKED:
            raise UnreadableError(
                f"This file unpacks to more than {MOST_UNPACKED / 1e6:.0f} MB, which is more than is read."
            )
    return total
