"""Run folders: one per run, the only record of its recipe, its progress and its results.

run.json        name, time of creation, owner and other visitors (`mnistlab.store.wishes`), the key of its result
                (`mnistlab.store.sharing`), the version of mnistlab that made it
recipe.json     the complete, normalised recipe
state.json      its current state; written by the app until a worker takes the run, then by that worker
control.json    the visitor's latest request: pause, resume, stop, cancel
events.jsonl    its progress, appended
checkpoint.npz  the state to resume from
epochs/         weights after each epoch, float16; those of epoch 0 in float32, to start again from exactly the same
pictures.npz    the latest pictures of a running ascent or atlas
model/          network.json + weights.safetensors, the trained network
result.npz, summary.json
error.log       the traceback of an unexpected error
"""

import contextlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np

from mnistlab import __version__
from mnistlab.errors import StoreError
from mnistlab.progress import Result, Snapshot
from mnistlab.recipes import Recipe, TrainingRecipe
from mnistlab.store.events import EventLog, append_event, keep_events
from mnistlab.store.files import (
    NamedArrays,
    make_folder,
    read_arrays,
    read_json,
    write_arrays,
    write_bytes,
    write_json,
)
from mnistlab.store.networks import StoredNetwork, Weights, read_network, read_weights, write_network, write_weights
from mnistlab.store.run_info import clean_name
from mnistlab.store.run_life import RunLife

# Reserved on disk, and freed so that the final state can be written when the disk is full.
BALLAST_BYTES = 32_768


class RunFolder(RunLife):
    """One run on disk, with its progress and results. Nothing is cached: every call reads the files."""

    @classmethod
    def create(cls, path: Path, recipe: Recipe, name: str, owner: str = "", key: str = "") -> Self:
        """Create the folder of a new run, state "queued".

        Arguments:
            path: the folder.
            recipe: the recipe to run.
            name: the visitor's name for it.
            owner: id of the visitor who owns the run; "" for a run of everybody.
            key: key of its result: runs with equal keys have equal results; "" for a run that is never shared.

        Raises:
            StoreError: if the disk is full or read-only.
        """
        run = cls(path)
        make_folder(path)
        write_bytes(path / ".ballast", bytes(BALLAST_BYTES))
        about = {"name": clean_name(name), "created": time.time(), "owner": owner, "key": key, "version": __version__}
        write_json(path / "run.json", about)
        write_bytes(path / "recipe.json", recipe.to_json().encode())
        run.set_state("queued")
        return run

    def append_event(self, event: Mapping[str, Any]) -> None:
        """Append one event."""
        append_event(self.path / "events.jsonl", event)

    def event_log(self) -> EventLog:
        """Return a reader of its events."""
        return EventLog(self.path / "events.jsonl")

    def rewind_events(self, done: int) -> None:
        """Drop all events past `done` units of work, which a resumed run will repeat."""
        keep_events(self.path / "events.jsonl", lambda event: int(event.get("done", 0)) <= done)

    def write_checkpoint(self, arrays: Mapping[str, Any]) -> None:
        """Replace the checkpoint."""
        write_arrays(self.path / "checkpoint.npz", arrays)

    def read_checkpoint(self) -> NamedArrays | None:
        """Return the checkpoint; None if there is none or it cannot be read, so that the run starts again."""
        try:
            return read_arrays(self.path / "checkpoint.npz")
        except StoreError:
            return None

    def write_pictures(self, pictures: Mapping[str, Any]) -> None:
        """Keep the latest pictures of a running run; earlier ones are replaced."""
        write_arrays(self.path / "pictures.npz", pictures)

    def pictures(self) -> NamedArrays | None:
        """Return the latest pictures of a running run, name -> NumPy array; None before the first."""
        try:
            return read_arrays(self.path / "pictures.npz")
        except StoreError:
            return None

    def write_snapshot(self, snapshot: Snapshot) -> None:
        """Keep the weights after an epoch: the start weights exactly, later ones in half precision."""
        make_folder(self.path / "epochs")
        precision = np.float32 if snapshot.epoch == 0 else np.float16
        weights = {name: array.astype(precision) for name, array in snapshot.weights.items()}
        write_weights(self._snapshot_path(snapshot.epoch), weights)

    def epochs(self) -> list[int]:
        """Return the epochs whose weights are kept, including 0 (the start)."""
        names = [path.stem for path in (self.path / "epochs").glob("*.safetensors")]
        return sorted(int(name) for name in names if name.isdecimal())

    def has_epochs(self) -> bool:
        """Return whether weights of any epoch are kept: quicker than to list them."""
        with contextlib.suppress(OSError):
            paths = (self.path / "epochs").iterdir()
            return any(path.suffix == ".safetensors" and path.stem.isdecimal() for path in paths)
        return False

    def write_result(self, result: Result, network: StoredNetwork | None) -> None:
        """Write the result."""
        write_arrays(self.path / "result.npz", result.arrays)
        if network is not None:
            write_network(self.path / "model", network)
        write_json(self.path / "summary.json", dict(result.summary))

    def summary(self) -> dict[str, Any]:
        """Return the figures of a finished run; empty before."""
        try:
            content = read_json(self.path / "summary.json")
        except StoreError:
            return {}
        return content if isinstance(content, dict) else {}

    def result(self) -> NamedArrays:
        """Return the arrays of a finished run.

        Raises:
            StoreError: if there are none, or they are damaged.
        """
        return read_arrays(self.path / "result.npz")

    def network(self, epoch: int | None = None) -> StoredNetwork:
        """Return the trained network, or that after `epoch`.

        Raises:
            StoreError: if this run trains no network, or its recipe is damaged.
            NetworkError: if the weights are missing or damaged.
        """
        recipe = self.recipe()
        if not isinstance(recipe, TrainingRecipe):
            raise StoreError(f"The run “{self.name()}” trains no network.")
        if epoch is None:
            return read_network(self.path / "model")
        return StoredNetwork(recipe.network, self._snapshot(epoch, recipe), recipe.data)

    def _snapshot(self, epoch: int, recipe: TrainingRecipe) -> Weights:
        return read_weights(self._snapshot_path(epoch), recipe.network)

    def _snapshot_path(self, epoch: int) -> Path:
        return self.path / "epochs" / f"{epoch:04d}.safetensors"

    def size(self) -> int:
        """Return its size on disk in bytes."""
        total = 0
        with contextlib.suppress(OSError):  # It may be deleted meanwhile.
            for path in self.path.rglob("*"):
                total += path.stat().st_size
        return total
