"""What every text for a visitor must be."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mnistlab.errors import MnistlabError

# Three lines of a page: longer than that, nobody reads it.
LONGEST = 400


def assert_sentence(text: object) -> None:
    """Hold that `text` can be shown as it is: one line, printable, not too long, ended by a full stop."""
    shown = str(text)
    assert shown.isprintable(), "line breaks and control characters tear a page or a terminal"
    assert shown.strip() == shown
    assert 10 < len(shown) <= LONGEST
    assert shown.endswith(".")


@contextmanager
def refused(kind: type[MnistlabError], *words: str) -> Iterator[None]:
    """Hold that the block raises `kind` with one sentence that contains all `words`."""
    with pytest.raises(kind) as caught:
        yield
    assert_sentence(caught.value)
    for word in words:
        assert word in str(caught.value)
