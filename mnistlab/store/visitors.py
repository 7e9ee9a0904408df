"""What is kept of a visitor: an id that gives nothing away, and the nickname they chose. No login, no secret."""

import contextlib
import hashlib
import re
import time
from dataclasses import dataclass
from pathlib import Path

from mnistlab.errors import StoreError
from mnistlab.store.files import make_folder, read_json, write_json
from mnistlab.store.run_info import clean_name

VISITOR_ID = re.compile(r"[0-9a-f]{16}")
LONGEST_NICKNAME = 30
# Whoever makes up nicknames by program must not fill the disk.
MOST_NICKNAMES = 2_000


@dataclass(frozen=True)
class Visitor:
    """Who looks at a page.

    Attributes:
        id: what runs are marked with; "" for one whose server knows no visitors.
        nickname: what others see.
        may_all: whether every run is theirs to change.
    """

    id: str
    nickname: str = ""
    may_all: bool = False


def visitor_id(source: str, secret: str) -> str:
    """Return the id of the visitor who showed `secret`; it cannot be turned back.

    Arguments:
        source: "browser", "login" or "header": a browser's token never makes the id of a login.
        secret: token, subject or name.
    """
    return hashlib.sha256(f"mnistlab/{source}/{secret}".encode()).hexdigest()[:16]


class Nicknames:
    """The nicknames kept under one home folder."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "visitors"

    def of(self, visitor: str) -> str:
        """Return a visitor's nickname, made up from the id if they chose none."""
        if not visitor:
            return "everybody"
        return self._chosen(visitor) or f"visitor {visitor[:4]}"

    def is_chosen(self, visitor: str) -> bool:
        """Return whether a visitor has chosen a nickname."""
        return bool(visitor and self._chosen(visitor))

    def choose(self, visitor: str, nickname: str) -> None:
        """Keep a visitor's nickname.

        Raises:
            StoreError: the disk is full or read-only, or too many have chosen one.
        """
        make_folder(self._folder)
        if not self._path(visitor).exists() and len(self.all()) >= MOST_NICKNAMES:
            raise StoreError("Too many visitors have chosen a nickname already; the administrator can remove some.")
        write_json(
            self._path(visitor), {"nickname": clean_name(nickname)[:LONGEST_NICKNAME], "chosen": round(time.time())}
        )

    def forget(self, visitor: str) -> None:
        """Remove a visitor's nickname."""
        with contextlib.suppress(OSError):
            self._path(visitor).unlink()

    def all(self) -> list[str]:
        """Return the ids of those who chose a nickname."""
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
        # An id may come from a damaged run.json: nothing but a digest is ever part of a path.
        return self._folder / f"{visitor if VISITOR_ID.fullmatch(visitor) else 'none'}.json"
