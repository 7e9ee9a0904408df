"""The state of a run, the requests to it, and the signs of life of its worker."""

import contextlib
import time
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from mnistlab.errors import StoreError
from mnistlab.logs import audit
from mnistlab.store.changes import note_change
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
    """The state of a run.

    Attributes:
        name: "interrupted" is never written: it is an active state whose app and worker are both gone.
        reason: one sentence, for states that need one.
        engine: the id of the app that submitted it.
        attempts: number of times a worker has taken it.
        since: seconds since the epoch.
        losses: causes of lost workers since its last checkpoint, the latest last (`mnistlab.engine.silence`).
    """

    name: StateName
    reason: str = ""
    engine: str = ""
    attempts: int = 0
    since: float = 0.0
    losses: tuple[str, ...] = ()

    @property
    def is_active(self) -> bool:
        """Whether it is at work or will be."""
        return self.name in ACTIVE


_STATE = TypeAdapter(RunState)


class RunLife(RunInfo):
    """The communication between app and worker about a run: in small files, so that either may die at any moment."""

    def state(self) -> RunState:
        """Return the state in its file; "damaged" if it cannot be read."""
        try:
            state = _STATE.validate_python(read_json(self.path / "state.json"))
            if state.name not in ACTIVE | {"finished", "failed", "cancelled"}:
                raise StoreError("state.json is damaged: it names no state.")
        except (StoreError, ValidationError) as error:
            reason = str(error) if isinstance(error, StoreError) else "state.json is damaged."
            return RunState("damaged", reason)
        return state

    def set_state(self, name: StateName, reason: str = "", **changes: Any) -> None:
        """Write a new state. `changes`: new values of engine, attempts and losses, which otherwise stay."""
        before = self.state()
        state = replace(before, name=name, reason=reason, since=time.time(), **changes)
        write_json(self.path / "state.json", asdict(state))
        note_change(self.path)
        # Logged here, by the process that writes it, so that each change is logged once. Another attempt by a worker is a change, too.
        if name != before.name or (name == "running" and state.attempts > before.attempts):
            self.tell(state)

    def tell(self, state: RunState) -> None:
        """Log the change to this state."""
        kind = self.id.rpartition("-")[0]
        audit("run state", run=self.id, kind=kind, visitor=self.owner(), state=state.name, reason=state.reason)

    def forgive_losses(self) -> None:
        """Reset the count of lost workers, because the run has got further than they did."""
        state = self.state()
        if state.losses:
            write_json(self.path / "state.json", asdict(replace(state, losses=())))

    def fail(self, reason: str) -> None:
        """Write the state "failed" after freeing space, because the disk may be full."""
        with contextlib.suppress(OSError):
            (self.path / ".ballast").unlink()
        self.set_state("failed", reason)

    def request(self, control: Control) -> None:
        """Send a request to the run; its worker sees it within a fraction of a second."""
        write_json(self.path / "control.json", {"request": control})

    def requested(self) -> Control | None:
        """Return the latest request."""
        try:
            content = read_json(self.path / "control.json")
        except StoreError:
            return None
        request = content.get("request") if isinstance(content, dict) else None
        return request if request in ("pause", "resume", "stop", "cancel") else None

    def ask_to_make_way(self) -> None:
        """Ask the worker to put the run back into the queue at its next checkpoint; at once if it is paused."""
        write_bytes(self.path / ".make-way", b"")

    def should_make_way(self) -> bool:
        """Return whether the run was asked to make way."""
        return (self.path / ".make-way").exists()

    def keep_going(self) -> None:
        """Withdraw the request to make way."""
        with contextlib.suppress(OSError):
            (self.path / ".make-way").unlink()

    def issue_ticket(self, ticket: str) -> None:
        """Write a ticket that allows one worker to take the run, once; an earlier ticket becomes invalid."""
        write_bytes(self.path / ".ticket", ticket.encode())

    def has_ticket(self, ticket: str) -> bool:
        """Return whether `ticket` is the latest one and has not been used yet."""
        try:
            return (self.path / ".ticket").read_bytes() == ticket.encode()
        except OSError:
            return False

    def use_ticket(self, ticket: str) -> bool:
        """Use up `ticket`; return whether it was valid. The caller must hold the run's lock."""
        if not self.has_ticket(ticket):
            return False
        try:
            (self.path / ".ticket").unlink()
        except OSError:
            return False
        return True

    def lock(self) -> FileLock:
        """Return the lock that the worker of the run holds; the system frees it when that process dies."""
        return lock_file(self.path / ".lock")

    def beat(self) -> None:
        """Give a sign of life."""
        with contextlib.suppress(OSError):
            (self.path / ".heartbeat").touch(FILE_MODE)

    def last_beat(self) -> int:
        """Return a number that changes with each sign of life."""
        try:
            return (self.path / ".heartbeat").stat().st_mtime_ns
        except OSError:
            return 0

    def set_preparing(self, preparing: bool) -> None:
        """Record whether the worker still has to do its first step."""
        with contextlib.suppress(OSError):
            (self.path / ".preparing").touch(FILE_MODE) if preparing else (self.path / ".preparing").unlink()

    def is_preparing(self) -> bool:
        """Return whether a worker has taken it and has not done its first step yet."""
        return (self.path / ".preparing").exists()
