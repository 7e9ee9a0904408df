"""The app's side of the engine: start or find the workers, submit runs, watch over them, ask short questions.

The store is the memory; Dask only carries work to a worker. So a page reads how a run goes from its folder, and asks for
pause or cancel through its folder, whichever process works on it.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mnistlab.engine import tasks
from mnistlab.engine.local import LocalHost
from mnistlab.errors import EngineError, StoreError
from mnistlab.settings import Settings
from mnistlab.store.runs import RESUMABLE, RunFolder, Store

if TYPE_CHECKING:
    from distributed import Client, Future

Lane = Literal["short", "long"]
Phase = Literal["starting", "ready", "failed", "closed"]
WATCH_SECONDS = 0.5
CONNECT_SECONDS = 5.0
# The first page is drawn before the workers take the processors.
HEAD_START_SECONDS = 1.0
# After so many workers that had to be ended, a run is not tried again.
MOST_ATTEMPTS = 3
log = logging.getLogger("mnistlab.engine")


@dataclass(frozen=True)
class WorkerRow:
    """One worker as the page Lab shows it. `memory`: bytes; `busy_with`: keys of what it works on."""

    name: str
    address: str
    lanes: tuple[str, ...]
    memory: int
    busy_with: tuple[str, ...]


class Engine:
    """Carries runs to workers. One per app; safe to use from many threads.

    Attributes:
        id: the name under which this app owns its runs.
        phase: "starting", "ready", "failed" (see `reason`) or "closed".
        reason: one sentence.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.id = f"app-{secrets.token_hex(4)}"
        self.phase: Phase = "starting"
        self.reason = ""
        self._settings = settings
        self._client: Client | None = None
        self._host: LocalHost | None = None
        self._own: dict[str, RunFolder] = {}
        self._futures: dict[str, Future] = {}
        self._change = threading.RLock()
        self._closing = threading.Event()
        self._life = store.engine_lock(self.id)
        with contextlib.suppress(OSError):
            self._life.acquire(timeout=0)
        threading.Thread(target=self._live, name="mnistlab-engine", daemon=True).start()
        atexit.register(self.close)

    # Asking for work

    def submit(self, run: RunFolder) -> None:
        """Put a new run into the queue of the long lane."""
        self._queue(run)

    def resume(self, run: RunFolder) -> None:
        """Put an interrupted or failed run into the queue again; it goes on from its last checkpoint.

        Raises:
            StoreError: it is at work, or at its end.
        """
        state = self.store.state(run)
        if state.name not in RESUMABLE:
            raise StoreError(
                f"The run “{run.name()}” is {state.name}; only an interrupted or failed run can be resumed."
            )
        run.request("resume")
        self._queue(run)

    def _queue(self, run: RunFolder) -> None:
        run.set_state("queued", engine=self.id, attempts=0)
        with self._change:
            self._own[run.id] = run
        self._send(run)

    def cancel(self, run: RunFolder) -> None:
        """End a run and keep no result. One that nobody has taken up yet ends at once, a running one within a second."""
        run.request("cancel")
        if run.state().name == "queued":
            run.set_state("cancelled")
            with self._change:
                future = self._futures.pop(run.id, None)
            if future is not None:
                with contextlib.suppress(Exception):
                    future.cancel()

    def ask(self, function: Callable[..., Any], *arguments: Any) -> Future:
        """Send a short question to the short lane: `function` of `mnistlab.engine.tasks`, called with the store's folder first.

        Raises:
            EngineError: no worker is there yet, or none any more.
        """
        client = self._client
        if client is None or self.phase != "ready":
            raise EngineError(self.reason or "The workers are still starting.")
        try:
            return client.submit(
                function, str(self.store.home), *arguments, pure=False, resources=self._lane("short"), priority=10
            )
        except Exception:  # The scheduler may go away at any moment; the watcher sees to that.
            raise EngineError("The workers were lost just now; they are started again.") from None

    def ask_aside(self, function: Callable[..., Any], *arguments: Any) -> Future:
        """Send a question that takes seconds: like `ask`, but its task steps aside, so that short ones are answered meanwhile.

        Raises:
            EngineError: no worker is there yet, or none any more.
        """
        if self._client is None or self.phase != "ready":
            raise EngineError(self.reason or "The workers are still starting.")
        # A lane's resource would be held until the answer is there, so the lane is named by its workers instead.
        short = [row.address for row in self.workers() if "short" in row.lanes]
        # Another worker may take it where that one is gone.
        return self._client.submit(
            function,
            str(self.store.home),
            *arguments,
            pure=False,
            workers=short or None,
            allow_other_workers=bool(short),
        )

    def position(self, run: RunFolder) -> int:
        """Return how many queued runs come before `run`."""
        mine = run.state().since
        states = [other.state() for other in self.store.runs() if other.id != run.id]
        return sum(state.name == "queued" and state.since < mine for state in states)

    # What there is

    def workers(self) -> list[WorkerRow]:
        """Return the workers of this moment, those of the short lane first."""
        if self._client is None or self.phase != "ready":
            return []
        try:
            processing = self._client.processing()
            known = self._client.scheduler_info(n_workers=-1)["workers"]
        except Exception:  # The scheduler may go away at any moment; the watcher sees to that.
            return []
        rows = [
            WorkerRow(
                str(worker["name"]),
                address,
                tuple(sorted(worker.get("resources", {}), reverse=True)),
                int(worker.get("metrics", {}).get("memory", 0)),
                tuple(str(key) for key in processing.get(address, ())),
            )
            for address, worker in known.items()
        ]
        return sorted(rows, key=lambda row: (row.lanes, row.name), reverse=True)

    def end_worker(self, address: str) -> None:
        """End a worker that hangs; it is started anew, and what it worked on goes on from its checkpoint."""
        if self._client is not None:
            self._client.restart_workers([address], timeout=20, raise_for_error=False)

    def close(self) -> None:
        """Let go of everything; workers started here end."""
        with self._change:
            if self._closing.is_set():
                return
            self._closing.set()
            self.phase = "closed"
        self._let_go()
        with contextlib.suppress(OSError):
            self._life.release()

    def _let_go(self) -> None:
        """Close what there is of client and host."""
        client, host = self._client, self._host
        self._client = self._host = None
        if client is not None:
            with contextlib.suppress(Exception):
                client.close(timeout=1)
        if host is not None:
            host.close()

    def _enter(self, phase: Phase, reason: str = "") -> None:
        """Go over to another phase; "closed" is the last."""
        with self._change:
            if not self._closing.is_set():
                self.phase, self.reason = phase, reason

    # Its life, in a thread of its own

    def _live(self) -> None:
        self._closing.wait(HEAD_START_SECONDS)
        while not self._closing.is_set():
            try:
                if self.phase != "ready":
                    self._connect()
                elif not self._is_alive():
                    self._lose()
                else:
                    self._watch_runs()
            except EngineError as error:
                self._let_go()
                self._enter("failed", str(error))
                log.warning("%s", error)
            except Exception:
                # One bad moment (a folder deleted under our eyes) must not end the watch over all others.
                log.exception("The engine's watch stumbled")
            self._closing.wait(WATCH_SECONDS if self.phase == "ready" else 2 * WATCH_SECONDS)
        # Closed while the workers were being started: they must not outlive it.
        self._let_go()

    def _connect(self) -> None:
        # Half a second of imports, here in the engine's own thread, which no page waits for.
        from distributed import Client

        address = self._settings.scheduler
        if address is None:
            self._host = LocalHost()
            address = self._host.address
        problem = ""
        try:
            self._client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False, name=self.id)
        except (OSError, TimeoutError, ValueError) as error:
            problem = type(error).__name__
        if problem:
            # A client that never connected closes itself when it is collected. Left to chance, that may happen while the next one
            # is being made, under the very lock it then waits for.
            gc.collect()
            if self._settings.scheduler is None:
                raise EngineError(f"The workers could not be started ({problem}).")
            raise EngineError(
                f"MNISTLAB_SCHEDULER names {address}, where no Dask scheduler answers. Start it, or unset the variable."
            )
        self._enter("ready")
        for run in self._own_active_runs():
            self._send(run)

    def _is_alive(self) -> bool:
        if self._host is not None and not self._host.is_alive():
            return False
        return self._client is not None and self._client.status in ("running", "connecting")

    def _lose(self) -> None:
        """The scheduler is gone: forget it; `_connect` finds or starts another, and the runs go on there."""
        self._enter("starting", "The workers were lost and are started again.")
        with self._change:
            self._futures.clear()
        self._let_go()

    def _own_active_runs(self) -> list[RunFolder]:
        """Return the runs this app answers for, in the order of their submission."""
        with self._change:
            self._own = {
                run_id: run
                for run_id, run in self._own.items()
                if (state := run.state()).is_active and state.engine == self.id
            }
            return list(self._own.values())

    def _send(self, run: RunFolder) -> None:
        """Hand the run to Dask if it is there; else it is sent as soon as it is."""
        state = run.state()
        with self._change:
            if self._client is None or self.phase != "ready" or run.id in self._futures:
                return
            self._futures[run.id] = self._client.submit(
                tasks.carry_out,
                str(self.store.home),
                run.id,
                key=f"{run.id}#{secrets.token_hex(2)}",
                resources=self._lane("long"),
                # Dask keeps no order among those that come within a tenth of a second; what was at work before comes first.
                priority=-state.since if state.name == "queued" else 0,
            )

    def _lane(self, lane: Lane) -> dict[str, int] | None:
        """Return the Dask resource of a lane; None on a cluster whose workers declare no lanes."""
        if self._host is not None:
            return {lane: 1}
        assert self._client is not None
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return {lane: 1} if any(lane in worker.get("resources", {}) for worker in workers) else None

    def _watch_runs(self) -> None:
        for run in self._own_active_runs():
            with self._change:
                future = self._futures.get(run.id)
            if future is None:
                self._send(run)
            elif future.status in ("error", "lost", "cancelled"):
                self._settle(run, future)
            elif future.status == "finished":
                # Ended without an end: a worker that is about to die still held the run. It is sent again.
                self._forget(run)
            elif run.state().name == "running" and run.silent_for() > self._settings.hang:
                self._end_hanging(run, future)
        with self._change:
            done = [run_id for run_id, future in self._futures.items() if future.done()]
            for run_id in done:
                del self._futures[run_id]

    def _settle(self, run: RunFolder, future: Future) -> None:
        self._forget(run)
        if future.status != "error":
            # Dask lost it with its scheduler; it is sent again.
            return
        error = future.exception()
        if type(error).__name__ == "KilledWorker":
            run.fail(
                f"Its worker was lost {MOST_ATTEMPTS} times (killed, or out of memory). "
                "Try fewer maps or a smaller batch, then resume."
            )
        else:
            log.error("The run %s could not be carried out", run.id, exc_info=error)
            run.fail(f"The worker could not carry it out ({type(error).__name__}); the terminal of the app says more.")

    def _end_hanging(self, run: RunFolder, future: Future) -> None:
        assert self._client is not None
        log.warning("The run %s shows no sign of life; its worker is ended", run.id)
        for row in self.workers():
            if future.key in row.busy_with:
                run.beat()
                self.end_worker(row.address)
        if run.state().attempts >= MOST_ATTEMPTS:
            self._forget(run)
            with contextlib.suppress(Exception):
                future.cancel()
            run.fail(
                f"It stopped giving signs of life {MOST_ATTEMPTS} times, each after {self._settings.hang:g} seconds."
            )

    def _forget(self, run: RunFolder) -> None:
        with self._change:
            self._futures.pop(run.id, None)


def wait_until_ready(engine: Engine, seconds: float) -> None:
    """Wait for the workers; for commands and tests, never for pages.

    Raises:
        EngineError: they did not come in time.
    """
    end = time.monotonic() + seconds
    while engine.phase != "ready":
        if time.monotonic() > end:
            raise EngineError(engine.reason or f"No worker was ready within {seconds:g} seconds.")
        time.sleep(0.02)
