"""Answers kept for all visitors take no more memory than they may, whatever they are made of."""

import numpy as np
import pytest

from mnistlab.ui.answers.shared import MOST_BYTES, keep, known


@pytest.mark.parametrize(
    "make",
    [
        lambda: ["x" * (MOST_BYTES // 4), "y" * (MOST_BYTES // 4)],
        lambda: {"png": bytes(MOST_BYTES // 2)},
        lambda: (np.zeros(MOST_BYTES // 2, np.uint8),),
    ],
    ids=["texts", "bytes", "arrays"],
)
def test_the_oldest_gives_way_to_what_is_too_much(make) -> None:
    for name in ("shared-1", "shared-2", "shared-3"):
        keep(name, make())
    assert [known(name) is not None for name in ("shared-1", "shared-2", "shared-3")] == [False, False, True]
