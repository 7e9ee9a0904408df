"""Run folders: one per run, the only memory of what was asked for, what happened and what came out.

run.json        name, time of creation, whose it is and who has joined (`mnistlab.store.wishes`), what it computes
                (`mnistlab.store.sharing`), the version of mnistlab that made it
recipe.json     the complete, normalised recipe
state.json      where the run is in its life; written by the app until a worker takes the run, then by that worker
control.json    what the visitor asks of it: pause, resume, stop, cancel
events.jsonl    its progress, appended
checkpoint.npz  from where it can be resumed
epochs/         weights after each epoch, float16; those of epoch 0 float32, to start again from the very same
pictures.npz    the latest pictures of a running ascent or atlas
model/          network.json + weights.safetensors, the trained network
result.npz, summary.json
error.log       the traceback of an error nobody foresaw
"""

import contextlib
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from mnistlab import __version__
from mnistlab.errors import MnistlabError, StoreError
from mnistlab.logs import audit
from mnistlab.progress import Result, Snapshot
from mnistlab.recipes import Recipe, TrainingRecipe, parse_json, read_recipe
from mnistlab.store.events import EventLog, append_event, keep_events
from mnistlab.store.files import (
    FILE_MODE,
    cannot_write,
    keep_private,
    lock_file,
    make_folder,
    read_arrays,
    read_json,
    write_arrays,
    write_bytes,
    write_json,
)
from mnistlab.store.format import is_newer
from mnistlab.store.networks import StoredNetwork, Weights, read_network, read_weights, write_network, write_weights

StateName = Literal["queued", "running", "paused", "finished", "failed", "cancelled", "interrupted", "damaged"]
Control = Literal["pause", "resume", "stop", "cancel"]
ACTIVE: frozenset[StateName] = frozenset({"queued", "running", "paused"})
RESUMABLE: frozenset[StateName] = frozenset({"interrupted", "failed"})
RUN_ID = re.compile(r"[a-z0-9][a-z0-9-]{2,40}")
LONGEST_NAME = 60
# In seconds since the epoch: the year 5138. No run was made after it.
LATEST = 1e11
# Admission takes milliseconds; an app that was stopped in the middle of it must not stop all others.
DOOR_SECONDS = 10.0
# Space kept for the last words of a run whose disk is full.
BALLAST_BYTES = 32_768


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
# Interruptions that this process has told of.
_noticed: dict[tuple[str, float], object] = {}


@lru_cache(maxsize=4096)
def _read_info(path: Path, _changed: int, _file: int) -> Mapping[str, Any]:
    info = read_json(path)
    return info if isinstance(info, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


class RunFolder:
    """One run on disk. Nothing is cached: every call reads what is there now."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def id(self) -> str:
        """The run's id, which is its folder's name."""
        return self.path.name

    @classmethod
    def create(cls, path: Path, recipe: Recipe, name: str, owner: str = "", key: str = "") -> "RunFolder":
        """Make the folder of a new run, state "queued".

        Arguments:
            path: where.
            recipe: what to do.
            name: what a visitor calls it.
            owner: id of the visitor whose run it is; "" for one that is everybody's.
            key: what it computes: runs of equal keys have equal results; "" for one that is never shared.

        Raises:
            StoreError: the disk is full or read-only.
        """
        run = cls(path)
        make_folder(path)
        write_bytes(path / ".ballast", bytes(BALLAST_BYTES))
        about = {"name": clean_name(name), "created": time.time(), "owner": owner, "key": key, "version": __version__}
        write_json(path / "run.json", about)
        write_bytes(path / "recipe.json", recipe.to_json().encode())
        run.set_state("queued")
        return run

    def recipe(self) -> Recipe:
        """Return the recipe.

        Raises:
            StoreError: it is missing or damaged, or a newer mnistlab knows choices that this one does not.
        """
        try:
            return read_recipe(parse_json((self.path / "recipe.json").read_bytes()))
        except OSError:
            raise StoreError("recipe.json is missing or cannot be read.") from None
        except MnistlabError as error:
            if is_newer(made_by := self.version()):
                raise StoreError(
                    f"This run was made by mnistlab {made_by[:20]} with choices that mnistlab {__version__} does not know. "
                    "Update mnistlab to open it."
                ) from None
            raise StoreError(f"recipe.json is damaged: {error}") from None

    def name(self) -> str:
        """Return the name a visitor gave it."""
        name = self._info().get("name")
        return (clean_name(name) if isinstance(name, str) else "") or self.id

    def created(self) -> float:
        """Return when it was made, in seconds since the epoch."""
        return clean_time(self._info().get("created"))

    def version(self) -> str:
        """Return the version of mnistlab that made it; "" for one made before versions were kept."""
        return _text(self._info().get("version"))

    def rename(self, name: str) -> None:
        """Give it another name."""
        self.change(name=clean_name(name))

    def owner(self) -> str:
        """Return the id of the visitor whose run it is; "" for everybody's."""
        return _text(self._info().get("owner"))

    def key(self) -> str:
        """Return what it computes; "" for a run that is never shared."""
        return _text(self._info().get("key"))

    def joined(self) -> list[str]:
        """Return the ids of those who asked for the same and wait with its owner."""
        joined = self._info().get("joined")
        return [name for name in joined if isinstance(name, str)] if isinstance(joined, list) else []

    def wishes(self) -> dict[str, dict[str, Any]]:
        """Return what those who joined call it ("name") and since when they wait ("created"), by their ids."""
        wishes = self._info().get("wishes")
        return (
            {name: wish for name, wish in wishes.items() if isinstance(wish, dict)} if isinstance(wishes, dict) else {}
        )

    def change(self, **about: Any) -> None:
        """Write something anew of what run.json says about it."""
        write_json(self.path / "run.json", {**self._info(), **about})

    def _info(self) -> Mapping[str, Any]:
        path = self.path / "run.json"
        try:
            # A list of all runs is drawn every second for every visitor; the file changes only when it is written anew.
            about = path.stat()
            return _read_info(path, about.st_mtime_ns, about.st_ino)
        except (OSError, StoreError):
            return {}

    # Its life

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

    # What happens and what comes out

    def append_event(self, event: Mapping[str, Any]) -> None:
        """Keep one event."""
        append_event(self.path / "events.jsonl", event)

    def event_log(self) -> EventLog:
        """Return a reader of its events."""
        return EventLog(self.path / "events.jsonl")

    def rewind_events(self, done: int) -> None:
        """Drop all events past `done` units of work, before a resumed run makes them again."""
        keep_events(self.path / "events.jsonl", lambda event: int(event.get("done", 0)) <= done)

    def write_checkpoint(self, arrays: Mapping[str, Any]) -> None:
        """Replace the checkpoint."""
        write_arrays(self.path / "checkpoint.npz", arrays)

    def read_checkpoint(self) -> dict[str, Any] | None:
        """Return the checkpoint, or None if there is none that can be read: the run then starts again."""
        try:
            return read_arrays(self.path / "checkpoint.npz")
        except StoreError:
            return None

    def write_pictures(self, pictures: Mapping[str, Any]) -> None:
        """Keep the latest pictures of a running run, replacing those before."""
        write_arrays(self.path / "pictures.npz", pictures)

    def pictures(self) -> dict[str, Any] | None:
        """Return the latest pictures of a running run, name -> NumPy array; None before the first."""
        try:
            return read_arrays(self.path / "pictures.npz")
        except StoreError:
            return None

    def write_snapshot(self, snapshot: Snapshot) -> None:
        """Keep the weights after an epoch: the start weights exactly, later ones with half the digits."""
        make_folder(self.path / "epochs")
        precision = np.float32 if snapshot.epoch == 0 else np.float16
        weights = {name: array.astype(precision) for name, array in snapshot.weights.items()}
        write_weights(self._snapshot_path(snapshot.epoch), weights)

    def epochs(self) -> list[int]:
        """Return the epochs after which weights are kept, 0 (the start) included."""
        names = [path.stem for path in (self.path / "epochs").glob("*.safetensors")]
        return sorted(int(name) for name in names if name.isdecimal())

    def write_result(self, result: Result, network: StoredNetwork | None) -> None:
        """Write what came out."""
        write_arrays(self.path / "result.npz", result.arrays)
        if network is not None:
            write_network(self.path / "model", network)
        write_json(self.path / "summary.json", dict(result.summary))

    def summary(self) -> dict[str, Any]:
        """Return the figures of a finished run, else nothing."""
        try:
            content = read_json(self.path / "summary.json")
        except StoreError:
            return {}
        return content if isinstance(content, dict) else {}

    def result(self) -> dict[str, Any]:
        """Return the arrays of a finished run.

        Raises:
            StoreError: there are none, or they are damaged.
        """
        return read_arrays(self.path / "result.npz")

    def network(self, epoch: int | None = None) -> StoredNetwork:
        """Return the trained network, or the one after `epoch`.

        Raises:
            StoreError: this run trains no network, or the recipe is damaged.
            NetworkError: the weights are missing or damaged.
        """
        recipe = self.recipe()
        if not isinstance(recipe, TrainingRecipe):
            raise StoreError(f"The run “{self.name()}” trains no network.")
        if epoch is None:
            return read_network(self.path / "model")
        return StoredNetwork(recipe.network, self._snapshot(epoch, recipe))

    def _snapshot(self, epoch: int, recipe: TrainingRecipe) -> Weights:
        return read_weights(self._snapshot_path(epoch), recipe.network)

    def _snapshot_path(self, epoch: int) -> Path:
        return self.path / "epochs" / f"{epoch:04d}.safetensors"

    def size(self) -> int:
        """Return the bytes it takes on disk."""
        total = 0
        with contextlib.suppress(OSError):  # It may be deleted while it is measured.
            for path in self.path.rglob("*"):
                total += path.stat().st_size
        return total


class Store:
    """All runs under one folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.runs_folder = home / "runs"
        self._engines_folder = home / "engines"

    def keep_private(self) -> bool:
        """Make the home folder, or take others' access to it away, as an app begins; return whether nobody else may enter it."""
        with contextlib.suppress(StoreError):
            make_folder(self.home)
        return keep_private(self.home)

    def create(self, recipe: Recipe, name: str = "", owner: str = "", key: str = "") -> RunFolder:
        """Make a new run, state "queued"; for `owner` and `key` see `RunFolder.create`.

        Raises:
            StoreError: the disk is full or read-only; nothing is left of the run.
        """
        path = self.runs_folder / f"{recipe.kind}-{secrets.token_hex(4)}"
        try:
            return RunFolder.create(path, recipe, name, owner, key)
        except StoreError:
            shutil.rmtree(path, ignore_errors=True)
            raise

    def get(self, run_id: str) -> RunFolder:
        """Return a run by its id.

        Raises:
            StoreError: there is none.
        """
        run = self.runs_folder / run_id
        if not RUN_ID.fullmatch(run_id) or not run.is_dir():
            raise StoreError(f"There is no run “{run_id[:40]}” here; it may have been deleted.")
        return RunFolder(run)

    def runs(self) -> list[RunFolder]:
        """Return all runs, newest first."""
        try:
            folders = [path for path in self.runs_folder.iterdir() if path.is_dir() and RUN_ID.fullmatch(path.name)]
        except OSError:
            return []
        return sorted((RunFolder(path) for path in folders), key=lambda run: (-run.created(), run.id))

    def delete(self, run: RunFolder) -> None:
        """Remove a run for good.

        Raises:
            StoreError: something works on it.
        """
        if self.state(run).is_active:
            raise StoreError(f"The run “{run.name()}” is still at work; cancel it first.")
        shutil.rmtree(run.path, ignore_errors=True)

    def state(self, run: RunFolder) -> RunState:
        """Return the state of a run, "interrupted" if it is active on paper but nobody is left to work on it."""
        state = run.state()
        if not state.is_active or is_held(run.lock()) or is_held(self.engine_lock(state.engine)):
            return state
        found = RunState(
            "interrupted",
            "The app or machine that worked on it was stopped; it can be resumed.",
            state.engine,
            state.attempts,
            state.since,
            state.losses,
        )
        first = object()
        # Nobody writes this state, so whoever sees it first tells of it, once a process; one without an app is just being made.
        if state.engine and _noticed.setdefault((run.id, state.since), first) is first:
            run.tell(found)
        return found

    @contextlib.contextmanager
    def door(self) -> Iterator[None]:
        """Admit one new run at a time, so that equal wishes meet; for all apps on this store.

        Raises:
            StoreError: the disk is full or read-only, or another app stands in the door.
        """
        make_folder(self.home)
        path = self.home / ".door.lock"
        lock = lock_file(path)
        try:
            lock.acquire(timeout=DOOR_SECONDS)
        except Timeout:
            raise StoreError("Another app on this store does not answer; try again in a moment.") from None
        except OSError as error:
            raise cannot_write(path, error) from error
        try:
            yield
        finally:
            lock.release()

    def engine_lock(self, engine: str) -> FileLock:
        """Return the lock an app holds as long as it lives."""
        with contextlib.suppress(StoreError):
            make_folder(self._engines_folder)
        name = engine if RUN_ID.fullmatch(engine) else "none"
        return lock_file(self._engines_folder / f"{name}.lock")


def is_held(lock: FileLock) -> bool:
    """Return whether another process holds `lock`."""
    try:
        with lock.acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def clean_name(name: str) -> str:
    """Return a visitor's text as a name: printable, without markup of lines, not too long."""
    printable = "".join(letter if letter.isprintable() else " " for letter in name)
    return " ".join(printable.split())[:LONGEST_NAME]


def clean_time(created: Any) -> float:
    """Return what should be a time in seconds since the epoch; 0 for a damaged one, which must not tear the page that shows it."""
    return float(created) if isinstance(created, int | float) and 0 <= created < LATEST else 0.0
