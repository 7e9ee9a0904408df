"""The index of runs as a file, with which a process begins: losing it costs the time of reading all runs, never an answer.

A digest and SQLite's image of the table, written whole under another name and renamed. Nobody queries the file, so there is nothing to lock, and no
network's file system can tear it. A file that is cut short, altered, or of another layout does not fit its digest and counts as none.
"""

import contextlib
import hashlib
import sqlite3
from pathlib import Path

from mnistlab.errors import StoreError
from mnistlab.store.files import write_bytes
from mnistlab.store.index_rows import TABLE

INDEX_FILE = "runs.index"
DIGEST_BYTES = 32
# A million runs; a longer file was not written by mnistlab.
LONGEST_FILE = 1_000_000_000


def empty_table() -> sqlite3.Connection:
    """Return a table without runs, in memory."""
    table = sqlite3.connect(":memory:", check_same_thread=False)
    table.executescript(TABLE)
    return table


def load_table(path: Path) -> sqlite3.Connection:
    """Return the table in a file, in memory; an empty one if there is no such file, or it is damaged."""
    with contextlib.suppress(OSError):
        if path.stat().st_size <= LONGEST_FILE:
            content = path.read_bytes()
            digest, image = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
            if image and digest == _digest(image):
                table = sqlite3.connect(":memory:", check_same_thread=False)
                table.deserialize(image)
                return table
    return empty_table()


def save_table(path: Path, table: sqlite3.Connection) -> None:
    """Write a table to a file; do nothing if the disk is full or read-only."""
    image = table.serialize()
    with contextlib.suppress(StoreError):
        write_bytes(path, _digest(image) + image)


def _digest(image: bytes) -> bytes:
    # Of the layout, too, so that a table of another version is not read.
    return hashlib.sha256(TABLE.encode() + image).digest()
