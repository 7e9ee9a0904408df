"""Files with digits that somebody brings -> a set of digits in the store."""

from collections.abc import Sequence
from dataclasses import dataclass

from mnistlab.recipes.data_sets import DataName
from mnistlab.set_files.contents import AS_IT_IS, Wishes, contents_of, one_at_a_time
from mnistlab.set_files.oddities import oddities
from mnistlab.store.sets import BroughtSet, keep_set


@dataclass(frozen=True)
class Brought:
    """A set that was brought: under which name recipes know it, itself, and what is odd in it or was changed, a sentence each."""

    data: DataName
    set: BroughtSet


def bring(
    files: Sequence[tuple[str, bytes]], name: str, owner: str, wishes: Wishes = AS_IT_IS, address: str = ""
) -> Brought:
    """Read files with digits and keep them as a set.

    Arguments:
        files: names and contents; one, or several that belong together.
        name: what the visitor calls the set.
        owner: id of the visitor.
        wishes: what is to be done with it.
        address: a token for their network address; "" if addresses are not counted.

    Raises:
        DataError: they hold no digits that are read here.
        StoreError: there is no room for them.
    """
    with one_at_a_time:
        found = contents_of(files, wishes)
        notes = (*found.notes, *oddities(found.train, found.test, found.classes))
        arrays = {
            "x_train": found.train.images,
            "y_train": found.train.labels,
            "x_test": found.test.images,
            "y_test": found.test.labels,
        }
        brought = BroughtSet(arrays, found.classes, notes)
        return Brought(keep_set(brought, name, owner, address), brought)
