"""Fetch MNIST once: with progress, a checked sum, and given up soon when nothing answers."""

import contextlib
import hashlib
import http.client
import os
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from mnistlab.errors import DataError
from mnistlab.settings import Settings

BLOCK = 1 << 16
# The published file is 11.5 MB; whatever is larger is not that file.
MOST_BYTES = 20_000_000


def download(target: Path, settings: Settings) -> Iterator[tuple[int, int]]:
    """Fetch MNIST to `target`, yielding (bytes so far, bytes in all; 0 if unknown). The file appears whole or not at all.

    Raises:
        DataError: no answer within the patience set, a wrong sum, or no room.
    """
    host = _host(settings.download)
    partial: str | None = None
    try:
        with urllib.request.urlopen(settings.download, timeout=settings.download_patience) as answer:  # noqa: S310
            total = int(answer.headers.get("Content-Length") or 0)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, partial = tempfile.mkstemp(dir=target.parent, suffix=".part")
            digest, done = hashlib.sha256(), 0
            with os.fdopen(handle, "wb") as file:
                while block := answer.read(BLOCK):
                    done += len(block)
                    if done > MOST_BYTES:
                        raise DataError(
                            f"What {host} sends is not MNIST: it is larger than {MOST_BYTES // 1_000_000} MB."
                        )
                    file.write(block)
                    digest.update(block)
                    yield done, total
        if digest.hexdigest() != settings.download_sha256:
            raise DataError(f"What {host} sent is not MNIST: its SHA-256 is another. It was thrown away.")
        os.replace(partial, target)
        partial = None
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        raise DataError(
            f"MNIST could not be fetched from {host} ({reason or type(error).__name__}); the embedded digits are used instead."
        ) from None
    finally:
        if partial is not None:
            with contextlib.suppress(OSError):
                os.unlink(partial)


def _host(address: str) -> str:
    try:
        return (urllib.parse.urlsplit(address).hostname or "an address without a host")[:80]
    except ValueError:
        return "an address that cannot be read"


class Download:
    """A download in a thread of its own, so that no page waits for it.

    Attributes:
        state: "idle", "running", "done" or "failed".
        done, total: bytes so far and in all.
        reason: why it failed, one sentence.
    """

    def __init__(self) -> None:
        self.state = "idle"
        self.done = self.total = 0
        self.reason = ""
        self._lock = threading.Lock()

    def start(self, target: Path, settings: Settings) -> None:
        """Start, unless it is running already."""
        with self._lock:
            if self.state == "running":
                return
            self.state, self.done, self.total, self.reason = "running", 0, 0, ""
        threading.Thread(target=self._run, args=(target, settings), name="mnist-download", daemon=True).start()

    def _run(self, target: Path, settings: Settings) -> None:
        try:
            for self.done, self.total in download(target, settings):
                pass
            self.state = "done"
        except DataError as error:
            self.reason = str(error)
            self.state = "failed"
