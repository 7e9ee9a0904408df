"""Where a run is in its life, what is asked of it, and the signs of whoever works on it."""

import contextlib
import time
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from mnistlab.errors import StoreError
from mnistlab.logs import audit
from mnistlab.store.files import (
    FILE_MODE,
    lock_file,
    read_json,
    write_bytes,
    write_json,
)
from mnistlab.store.run_info import RunInfo

StateName = Literal["queued", "running", "paused", "finished", "failed", "cancelled", "interrupted", "damaged"]
Control = Literal["pause", "resume", "stop", "cancel"]
ACTIVE: frozenset[StateName] = frozenset({"queued", "running", "paused"})
RESUMABLE: frozenset[StateName] = frozenset({"interrupted", "failed"})


@dataclass(frozen=True)
class RunState:
    """Where a run is in its life.

    Attributes:
        name: "interrupted" is never written: it is an active state whose app and worker are both gone.
        reason: one sentence, for the states that need one.
        engine: the id of the app that submitted it.
        attempts: how often a worker has taken it up.
        since: seconds since the epoch.
        losses: how its workers were lost since its last checkpoint, the latest last (`mnistlab.engine.silence`).
    """

    name: StateName
    reason: str = ""
    engine: str = ""
    attempts: int = 0
    since: float = 0.0
    losses: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        """Whether something works on it or is going to."""
        return self.name in ACTIVE


_STATE = TypeAdapter(RunState)


class RunLife(RunInfo):
    """A run as app and worker speak of it: by small files, so that either may die at any moment."""

    def state(self) -> RunState:
        """Return the state as written; "damaged" if it cannot be read."""
        try:
            state = _STATE.validate_python(read_json(self.path / "state.json"))
            if state.name not in ACTIVE | {"finished", "failed", "cancelled"}:
                raise StoreError("state.json is damaged: it names no state.")
        except (StoreError, ValidationError) as error:
            reason = str(error) if isinstance(error, StoreError) else "state.json is damaged."
            return RunState("damaged", reason)
        return state

    def set_state(self, name: StateName, reason: str = "", **changes: Any) -> None:
        """Write a new state. `changes`: of its engine, attempts and losses, which otherwise stay as they are."""
        before = self.state()
        state = replace(before, name=name, reason=reason, since=time.time(), **changes)
        write_json(self.path / "state.json", asdict(state))
        # Here, in whichever process writes it, so that each change is told once. A worker that takes it up again is one, too.
        if name != before.name or (name == "running" and state.attempts > before.attempts):
            self.tell(state)

    def tell(self, state: RunState) -> None:
        """Log that it has come to this state."""
        kind = self.id.rpartition("-")[0]
        audit("run state", run=self.id, kind=kind, visitor=self.owner(), state=state.name, reason=state.reason)

    def forgive_losses(self) -> None:
        """Count its lost workers anew: it has got further than they did."""
        state = self.state()
        if state.losses:
            write_json(self.path / "state.json", asdict(replace(state, losses=())))

    def fail(self, reason: str) -> None:
        """Write "failed", making room first: the disk may be full."""
        with contextlib.suppress(OSError):
            (self.path / ".ballast").unlink()
        self.set_state("failed", reason)

    def request(self, control: Control) -> None:
        """Ask something of the run; whoever works on it sees it within a fraction of a second."""
        write_json(self.path / "control.json", {"request": control})

    def requested(self) -> Control | None:
        """Return what was asked last."""
        try:
            content = read_json(self.path / "control.json")
        except StoreError:
            return None
        request = content.get("request") if isinstance(content, dict) else None
        return request if request in ("pause", "resume", "stop", "cancel") else None

    def ask_to_make_way(self) -> None:
        """Ask whoever works on it to put it back into the queue at its next checkpoint; at once if it is paused."""
        write_bytes(self.path / ".make-way", b"")

    def should_make_way(self) -> bool:
        """Return whether it was asked to."""
        return (self.path / ".make-way").exists()

    def keep_going(self) -> None:
        """Forget that it was asked to make way."""
        with contextlib.suppress(OSError):
            (self.path / ".make-way").unlink()

    def issue_ticket(self, ticket: str) -> None:
        """Write the ticket with which one worker may take the run up, once; an earlier one is worth nothing any more."""
        write_bytes(self.path / ".ticket", ticket.encode())

    def has_ticket(self, ticket: str) -> bool:
        """Return whether `ticket` is the one that was issued last and no worker has used it yet."""
        try:
            return (self.path / ".ticket").read_bytes() == ticket.encode()
        except OSError:
            return False

    def use_ticket(self, ticket: str) -> bool:
        """Return whether `ticket` is worth something; it is not a second time. Called by who holds the run's lock."""
        if not self.has_ticket(ticket):
            return False
        try:
            (self.path / ".ticket").unlink()
        except OSError:
            return False
        return True

    def lock(self) -> FileLock:
        """Return the lock held by whoever works on this run; the system frees it when that process dies."""
        return lock_file(self.path / ".lock")

    def beat(self) -> None:
        """Leave a sign of life."""
        with contextlib.suppress(OSError):
            (self.path / ".heartbeat").touch(FILE_MODE)

    def last_beat(self) -> int:
        """Return a number that is another one after each sign of life."""
        try:
            return (self.path / ".heartbeat").stat().st_mtime_ns
        except OSError:
            return 0

    def set_preparing(self, preparing: bool) -> None:
        """Note whether whoever took the run up has still to do its first step."""
        with contextlib.suppress(OSError):
            (self.path / ".preparing").touch() if preparing else (self.path / ".preparing").unlink()

    def is_preparing(self) -> bool:
        """Return whether it was taken up and its first step is not done yet."""
        return (self.path / ".preparing").exists()
