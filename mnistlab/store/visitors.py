"""The stored data of a visitor: an anonymous id, and the nickname they chose. No login, no secret."""

import contextlib
import hashlib
import re
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from mnistlab.errors import StoreError
from mnistlab.refusals import refused
from mnistlab.store.files import make_folder, read_json, write_json
from mnistlab.store.one_each import take_place
from mnistlab.store.origins import Origins
from mnistlab.store.run_info import clean_name

VISITOR_ID = re.compile(r"[0-9a-f]{16}")
LONGEST_NICKNAME = 30
# Limits the files of a script that makes up nicknames; of one address to half.
MOST_NICKNAMES = 2_000
_origins = Origins("visitors with a nickname", "The administrator can remove some.")
_writing = Lock()


@dataclass(frozen=True)
class Visitor:
    """A visitor of a page.

    Attributes:
        id: the owner's id in runs; "" on a server without visitors.
        nickname: their name for others.
        may_all: whether they may change every run.
    """

    id: str
    nickname: str = ""
    may_all: bool = False


def visitor_id(source: str, secret: str) -> str:
    """Return the id of the visitor with a secret; the secret cannot be computed from it.

    Arguments:
        source: "browser", "login" or "header", so that a browser's token never gives the id of a login.
        secret: token, subject or name.
    """
    return hashlib.sha256(f"mnistlab/{source}/{secret}".encode()).hexdigest()[:16]


class Nicknames:
    """The nicknames under one home folder."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "visitors"

    def of(self, visitor: str) -> str:
        """Return a visitor's nickname, derived from the id if they chose none."""
        if not visitor:
            return "everybody"
        return self._chosen(visitor) or f"visitor {visitor[:4]}"

    def is_chosen(self, visitor: str) -> bool:
        """Return whether a visitor has chosen a nickname."""
        return bool(visitor and self._chosen(visitor))

    def choose(self, visitor: str, nickname: str, address: str = "") -> None:
        """Keep a visitor's nickname.

        Arguments:
            visitor: their id.
            nickname: what they chose.
            address: a token for their network address; "" if addresses are not counted.

        Raises:
            StoreError: if the disk is full or read-only, or too many visitors have chosen one.
        """
        make_folder(self._folder)
        path = self._path(visitor)
        with _writing:
            if not path.exists():
                if len(self.all()) >= MOST_NICKNAMES:
                    sentence = "Too many visitors have chosen a nickname already; the administrator can remove some."
                    raise refused(StoreError(sentence), visitor)
                take_place(path, MOST_NICKNAMES, _origins, address)
            write_json(path, {"nickname": clean_name(nickname)[:LONGEST_NICKNAME], "chosen": round(time.time())})

    def forget(self, visitor: str) -> None:
        """Remove a visitor's nickname."""
        with contextlib.suppress(OSError):
            self._path(visitor).unlink()

    def all(self) -> list[str]:
        """Return the ids of all visitors who chose a nickname."""
        with contextlib.suppress(OSError):
            return sorted(path.stem for path in self._folder.glob("*.json") if VISITOR_ID.fullmatch(path.stem))
        return []

    def _chosen(self, visitor: str) -> str:
        with contextlib.suppress(StoreError):
            content = read_json(self._path(visitor))
            name = content.get("nickname") if isinstance(content, dict) else None
            return clean_name(name)[:LONGEST_NICKNAME] if isinstance(name, str) else ""
        return ""

    def _path(self, visitor: str) -> Path:
        # An id may come from a damaged run.json, so only a valid digest becomes part of a path.
        return self._folder / f"{visitor if VISITOR_ID.fullmatch(visitor) else 'none'}.json"
