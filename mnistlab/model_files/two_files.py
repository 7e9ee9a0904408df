"""A network <-> one zip with our own two files, network.json and weights.safetensors; out and in again, bit for bit."""

import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from safetensors.numpy import save

from mnistlab.errors import NetworkError
from mnistlab.recipes.base import LONGEST_JSON
from mnistlab.store.networks import MOST_BYTES, NETWORK_FILE, WEIGHTS_FILE, StoredNetwork

ZIP, ENTRY = b"PK\x03\x04", b"PK\x01\x02"
# Each entry of the list at a zip's end takes memory; who packs the two by hand may have a few files beside them.
MOST_ENTRIES = 100
# The others that zipfile knows may ask for gigabytes before the first byte is out.
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 1
MOST = {NETWORK_FILE: LONGEST_JSON, WEIGHTS_FILE: MOST_BYTES}


@dataclass(frozen=True)
class TwoFiles:
    """The content of network.json and of weights.safetensors."""

    network: bytes
    weights: bytes


def packed(network: StoredNetwork) -> bytes:
    """Return the zip of a network; equal networks give equal bytes."""
    parts = {NETWORK_FILE: network.recipe.to_json().encode(), WEIGHTS_FILE: save(network.weights)}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in parts.items():
            # Without the time of day. Weights are as good as random, so that packing them tighter would save nothing.
            archive.writestr(zipfile.ZipInfo(name), content)
    return written.getvalue()


def unpacked(content: bytes) -> TwoFiles | None:
    """Return our two files out of a zip; None if it is something else, such as a .keras file.

    Arguments:
        content: a stranger's bytes. They may lie in a folder of the zip.

    Raises:
        NetworkError: it names one of ours, and is damaged, unpacks to more than is read, or lacks the other.
    """
    if not content.startswith(ZIP) or NETWORK_FILE.encode() not in content or content.count(ENTRY) > MOST_ENTRIES:
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = {PurePosixPath(entry.filename).name: entry for entry in archive.infolist()}
            if NETWORK_FILE not in found:
                return None
            if WEIGHTS_FILE not in found:
                raise NetworkError(f"This zip holds {NETWORK_FILE} without {WEIGHTS_FILE}; both make a network.")
            return TwoFiles(*(_part(archive, found[name], most) for name, most in MOST.items()))
    except (
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise NetworkError(f"This zip is damaged and cannot be read ({type(error).__name__}).") from None


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> bytes:
    if entry.compress_type not in METHODS or entry.flag_bits & ENCRYPTED:
        raise NetworkError(
            "This zip is packed in a way that is not read here; pack it without a password, as “deflate”."
        )
    # What a zip says of a part's size need not be true: one byte more than is allowed tells.
    with archive.open(entry) as part:
        content = part.read(most + 1)
    if len(content) > most:
        raise NetworkError(f"This zip unpacks to more than is read: {PurePosixPath(entry.filename).name[:60]}.")
    return content
