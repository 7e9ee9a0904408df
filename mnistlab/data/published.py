"""The known sets that are published for everybody: where their files are, what they must be, and how they are fetched.

Addresses and checksums are those that the publishers' readers use (torchvision among them), the same in several independent ones. EMNIST is published as one
archive: `published_archive` fetches it.
"""

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from mnistlab.errors import DataError

BLOCK = 1 << 16


@dataclass(frozen=True)
class PublishedSet:
    """A set that is published.

    Attributes:
        title: its name on screen.
        address: of the folder with its files.
        megabytes: of all of them.
        classes: names of its classes.
        files: SHA-256 of each file by its name.
    """

    title: str
    address: str
    megabytes: int
    classes: tuple[str, ...]
    files: dict[str, str]


PUBLISHED: dict[str, PublishedSet] = {
    "fashion-mnist": PublishedSet(
        "Fashion-MNIST",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
        31,
        ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"),
        {
            "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        },
    ),
    "kmnist": PublishedSet(
        "Kuzushiji-MNIST",
        "https://codh.rois.ac.jp/kmnist/dataset/kmnist",
        21,
        ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
        {
            "train-images-idx3-ubyte.gz": "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
            "train-labels-idx1-ubyte.gz": "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
            "t10k-images-idx3-ubyte.gz": "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
            "t10k-labels-idx1-ubyte.gz": "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
        },
    ),
}


def fetch_published(wanted: PublishedSet, patience: float) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file of a set, each as soon as it has been fetched and checked.

    Arguments:
        wanted: the set.
        patience: seconds without an answer after which it is given up.

    Raises:
        DataError: there is no answer, or something else than this set.
    """
    most = wanted.megabytes * 1_000_000
    for name, expected in wanted.files.items():
        address = f"{wanted.address}/{name}"
        try:
            with urllib.request.urlopen(address, timeout=patience) as answer:  # noqa: S310
                content = b"".join(_blocks(answer, most, wanted))
        except (OSError, ValueError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            raise DataError(
                f"{wanted.title} could not be fetched ({reason or type(error).__name__}); bring its files instead."
            ) from None
        if hashlib.sha256(content).hexdigest() != expected:
            raise DataError(
                f"What was sent as {name} is not {wanted.title}: its SHA-256 is another. It was thrown away."
            )
        yield name, content


def _blocks(answer: http.client.HTTPResponse, most: int, wanted: PublishedSet) -> Iterator[bytes]:
    done = 0
    while block := answer.read(BLOCK):
        done += len(block)
        if done > most:
            raise DataError(f"What was sent is not {wanted.title}: it is larger than {wanted.megabytes} MB.")
        yield block
