"""Drawings with names -> a file of digits to take along, and a set to train on or to test with."""

import io
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mnistlab.data.sources import first_digits
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import DIGITS, DataName
from mnistlab.set_files.bring import Brought, bring
from mnistlab.set_files.drawings import Drawing

# "train": six of seven are to learn from, the others tests, as in every single set that is brought.
# "test": all are tests, beside digits of another set to learn from.
Use = Literal["train", "test"]
# Enough for the means that accidents are found by, and for a short training.
BESIDE = 5_000


def drawings_file(drawings: Sequence[Drawing]) -> bytes:
    """Return drawings as an .npz: `x` (drawings, 28, 28) uint8, and `y`, their names."""
    return _npz(x=np.stack([one.image for one in drawings]), y=np.array([one.label for one in drawings]))


def set_of_drawings(
    drawings: Sequence[Drawing], use: Use, beside: DataName, name: str, owner: str, address: str = ""
) -> Brought:
    """Make a set of drawings and keep it.

    Arguments:
        drawings: at least one.
        use: what for.
        beside: the set whose training digits stand beside tests.
        name: what the visitor calls it.
        owner: id of the visitor.
        address: a token for their network address; "" if addresses are not counted.

    Raises:
        DataError: there are too few, or for tests beside digits some that are called otherwise.
        StoreError: there is no room for it.
    """
    if not drawings:
        raise DataError("There is no drawing yet: draw something, say what it is, and keep it.")
    if use == "train":
        return bring([("drawings.npz", drawings_file(drawings))], name, owner, address=address)
    if strange := sorted({one.label for one in drawings} - set(DIGITS)):
        raise DataError(
            f"As test digits they stand beside the digits 0 to 9, and one is called “{strange[0]}”. Take it out, or make a set to train on."
        )
    learned = first_digits(beside, "train", BESIDE)
    content = _npz(
        x_train=np.asarray(learned.images),
        y_train=np.asarray(learned.labels),
        x_test=np.stack([one.image for one in drawings]),
        y_test=np.array([int(one.label) for one in drawings], np.uint8),
    )
    return bring([("drawings.npz", content)], name, owner, address=address)


def _npz(**arrays: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **arrays)
    return buffer.getvalue()
