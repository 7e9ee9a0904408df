"""What visitors think of labels: each their own, by set and number of the digit."""

import contextlib
import re
from pathlib import Path
from threading import Lock
from typing import Literal, get_args

from mnistlab.errors import StoreError
from mnistlab.recipes.data_sets import DATA_NAME, MOST_DIGITS
from mnistlab.refusals import refused
from mnistlab.store.files import make_folder, read_json, write_json
from mnistlab.store.one_each import NO_ROOM, make_room
from mnistlab.store.origins import Origins
from mnistlab.store.visitors import VISITOR_ID

Verdict = Literal["wrong", "right", "unclear"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
# Of one visitor; and files, where others make room as `one_each` says.
MOST_SETS, MOST_VERDICTS, MOST_FILES = 50, 500, 2_000
# Where there are no visitors there is one.
ALONE = "you"
_origins = Origins("visitors with verdicts on labels", NO_ROOM)
_writing = Lock()


class Verdicts:
    """The verdicts of all visitors, kept under one home folder.

    Arguments:
        home: the store's folder.
        address: a token for the network address of whoever writes; "" if addresses are not counted.
    """

    def __init__(self, home: Path, address: str = "") -> None:
        self._folder, self._address = home / "verdicts", address

    def of(self, visitor: str, data: str) -> dict[int, Verdict]:
        """Return a visitor's verdicts on the training digits of a set, by their numbers; of a damaged file what can be read."""
        return self._all(visitor).get(data, {})

    def keep(self, visitor: str, data: str, number: int, verdict: Verdict | None) -> None:
        """Keep a verdict in place of an earlier one; None: forget that.

        Raises:
            StoreError: it cannot be written, or there is no room for another.
        """
        with _writing:
            kept = self._all(visitor)
            own = kept.setdefault(data, {})
            own.pop(number, None)
            if verdict is not None:
                own[number] = verdict
            if len(own) > MOST_VERDICTS:
                raise refused(
                    StoreError(
                        f"You have judged {MOST_VERDICTS} digits of this set already; take a verdict back first."
                    ),
                    visitor,
                )
            if len(kept) > MOST_SETS:
                raise refused(StoreError("You have judged digits of too many sets already."), visitor)
            path = self._path(visitor)
            make_folder(self._folder)
            if not path.exists():
                make_room("verdicts on labels removed", path, MOST_FILES, _origins, self._address)
            write_json(
                path, {name: {str(one): said for one, said in some.items()} for name, some in kept.items() if some}
            )

    def forget(self, visitor: str) -> None:
        """Forget all verdicts of a visitor."""
        with _writing:
            self._path(visitor).unlink(missing_ok=True)

    def _all(self, visitor: str) -> dict[str, dict[int, Verdict]]:
        with contextlib.suppress(StoreError):
            content = read_json(self._path(visitor))
            if isinstance(content, dict):
                return {
                    str(name): _read(some)
                    for name, some in content.items()
                    if isinstance(some, dict) and re.fullmatch(DATA_NAME[0], str(name))
                }
        return {}

    def _path(self, visitor: str) -> Path:
        # As for nicknames: nothing but a digest is ever part of a path.
        return self._folder / f"{visitor if VISITOR_ID.fullmatch(visitor) else ALONE}.json"


def _read(content: dict[str, object]) -> dict[int, Verdict]:
    return {
        int(number): verdict
        for number, said in content.items()
        for verdict in VERDICTS
        if said == verdict and number.isdecimal() and len(number) <= 5 and int(number) < MOST_DIGITS["train"]
    }
