"""The app's side of the engine: accepts runs and questions, and monitors them in its own thread.

The store holds all state; Dask only brings work to a worker. A page reads the progress of a run from its folder, and requests
pause or cancel through its folder, whichever process works on it.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from mnistlab.engine.admission import Admitted, CameFrom, admit, refusals_told, require_queue
from mnistlab.engine.aside import carried_aside
from mnistlab.engine.connection import Connection, WorkerRow
from mnistlab.engine.dispatch import Dispatch
from mnistlab.engine.errands import obey_cancel, put_back
from mnistlab.engine.outlooks import Outlook
from mnistlab.errors import EngineError, StoreError
from mnistlab.recipes import Recipe
from mnistlab.settings import Settings
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import RESUMABLE
from mnistlab.store.runs import Store

if TYPE_CHECKING:
    from distributed import Future

Phase = Literal["starting", "ready", "failed", "closed"]
WATCH_SECONDS = 0.5
# Lets the first page be drawn before the workers use the processors.
HEAD_START_SECONDS = 1.0
# Interval at which to check whether the workers have started.
START_POLL_SECONDS = 0.1
# Time for a worker to die after its app ended.
PUT_BACK_SECONDS = 2.0
# How long a Cancel waits for the run's lock, which is held briefly by processes that check whether the run is at work.
CANCEL_SECONDS = 0.2
log = logging.getLogger("mnistlab.engine")


class Engine:
    """Hands runs to workers. One per app; safe to use from many threads.

    Attributes:
        store: the store with all runs.
        settings: the limits; read again at every check.
        id: the id under which this app owns its runs.
        phase: "starting", "ready", "failed" (see `reason`) or "closed".
        reason: one sentence.
        questions: number of questions asked.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self.id = f"app-{secrets.token_hex(4)}"
        self.phase: Phase = "starting"
        self.reason = ""
        self.questions = 0
        # Id of an active run -> a token for the network address it came from. Kept in this app's memory only.
        self._addresses: dict[str, str] = {}
        self._change = threading.RLock()
        self._closing, self._wake = threading.Event(), threading.Event()
        self._connection = Connection(self.id, settings)
        self._dispatch = Dispatch(self.id, store, self._connection, self._wake.set)
        self._life = store.engine_lock(self.id)
        with contextlib.suppress(OSError):
            self._life.acquire(timeout=0)
        threading.Thread(target=self._live, name="mnistlab-engine", daemon=True).start()
        atexit.register(self.close)

    # Runs

    def start(self, recipe: Recipe, name: str, owner: str = "", address: str = "") -> Admitted:
        """Find the run that computes `recipe`, or put a new one into the queue.

        Arguments:
            recipe: the recipe to run.
            name: name of the run.
            owner: id of the visitor.
            address: a token for their network address; "" if it is not limited.

        Raises:
            BusyError: if there is no room for it now.
            StoreError: if the disk is full or read-only.
        """
        return admit(recipe, name, owner, self.store, self.settings, self.submit, CameFrom(self._addresses, address))

    def submit(self, run: RunFolder) -> None:
        """Put a new run into the queue of the long lane."""
        self._dispatch.queue(run)
        self._wake.set()

    def resume(self, run: RunFolder, address: str = "") -> None:
        """Put an interrupted or failed run into the queue again, to continue from its last checkpoint. `address`: as in `start`.

        Raises:
            StoreError: if it is at work, or has ended.
            BusyError: if there is no room for it now.
        """
        with self.store.admission_lock():
            state = self.store.state(run)
            if state.name not in RESUMABLE:
                raise StoreError(
                    f"The run “{run.name()}” is {state.name}; only an interrupted or failed run can be resumed."
                )
            # It is obeyed wherever the run stands, whatever stands on a page that was drawn before.
            if run.requested() == "cancel":
                raise StoreError(f"The run “{run.name()}” has been cancelled; start it anew.")
            came_from = CameFrom(self._addresses, address)
            with refusals_told(run.owner(), run.recipe().kind):
                require_queue(run.owner(), self.store, self.settings, came_from)
            run.request("resume")
            self.submit(run)
            came_from.note(run)

    def cancel(self, run: RunFolder) -> None:
        """Cancel a run without keeping a result: within a second in any state, or as soon as its hanging worker has been ended.

        The request is kept in the run's folder, so it outlives this app and every worker.
        """
        run.request("cancel")
        if run.state().name in ("queued", "paused"):
            # There may be no worker to see the request.
            obey_cancel(run, CANCEL_SECONDS)
        self._wake.set()

    def outlook(self, run: RunFolder) -> Outlook:
        """Return the position of a queued run."""
        return self._dispatch.outlook(run, self.settings)

    @property
    def turns(self) -> int:
        """Number of runs that were handed to workers."""
        return self._dispatch.turns

    # Questions

    def ask(self, task: Callable[..., Any], *arguments: Any, aside: str = "") -> Future:
        """Send a question to the short lane: a task of `mnistlab.engine.tasks`, called with the store's folder first.

        Arguments:
            task: the task.
            *arguments: its arguments after the folder.
            aside: for a task that takes seconds, the key under which it reports progress (`Answers.progress`) while shorter ones are answered.

        Raises:
            EngineError: if there is no worker yet, or none any more.
        """
        if self.phase != "ready":
            raise EngineError(self.reason or "The workers are still starting.")
        self.questions += 1
        home = str(self.store.home)
        if not aside:
            lane = self._connection.lane("short")
            return self._connection.submit(task, home, *arguments, pure=False, resources=lane, priority=10)
        # A lane's resource would be occupied until the answer is there, so the workers of the lane are named instead.
        short = [row.address for row in self.workers() if "short" in row.lanes]
        # Another worker may take it if that one is gone.
        return self._connection.submit(
            carried_aside,
            aside,
            task,
            home,
            *arguments,
            pure=False,
            workers=short or None,
            allow_other_workers=bool(short),
        )

    # Workers

    def workers(self) -> list[WorkerRow]:
        """Return the current workers, those of the short lane first."""
        return self._connection.rows() if self.phase == "ready" else []

    def end_worker(self, address: str) -> None:
        """End a hanging worker, without waiting for it; it is restarted, and its run continues from the checkpoint."""
        self._connection.end_worker(address)

    # Its life, in a thread of its own

    def close(self) -> None:
        """Release everything; workers started here end."""
        with self._change:
            if self._closing.is_set():
                return
            self._closing.set()
            self._wake.set()
            self.phase = "closed"
        self._connection.close()
        for run in self._dispatch.active():
            put_back(run, PUT_BACK_SECONDS)
        with contextlib.suppress(OSError):
            self._life.release()

    def _enter(self, phase: Phase, reason: str = "") -> None:
        """Change the phase; "closed" is final."""
        with self._change:
            if not self._closing.is_set():
                self.phase, self.reason = phase, reason

    def _live(self) -> None:
        self._closing.wait(HEAD_START_SECONDS)
        while not self._closing.is_set():
            try:
                self._look()
            except EngineError as error:
                self._connection.close()
                self._enter("failed", str(error))
                log.warning("%s", error)
            except Exception:
                # One error (a folder that was deleted meanwhile) must not end the monitoring of all other runs.
                log.exception("The engine's watch stumbled")
            if self.phase == "ready":
                self._wake.wait(WATCH_SECONDS)
                self._wake.clear()
            else:
                self._closing.wait(START_POLL_SECONDS if self._connection.is_open else 2 * WATCH_SECONDS)
        # Closed while the workers were being started; they must not outlive it.
        self._connection.close()

    def _look(self) -> None:
        """Check all runs of this app once."""
        self._dispatch.adopt()
        self._dispatch.obey_cancels()
        if not self._connection.is_open:
            self._connection.open()
        elif not self._connection.is_alive():
            # Drop the connection; the next check finds or starts another, and the runs continue there.
            self._enter("starting", "The workers were lost and are started again.")
            self._dispatch.forget_errands()
            self._connection.close()
        elif self.phase == "ready":
            self._dispatch.advance(self.settings)
        elif self._connection.is_staffed():
            self._enter("ready")


def wait_until_ready(engine: Engine, seconds: float) -> None:
    """Wait for the workers; for commands and tests, never for pages.

    Raises:
        EngineError: if they did not start in time.
    """
    end = time.monotonic() + seconds
    while engine.phase != "ready":
        if time.monotonic() > end:
            raise EngineError(engine.reason or f"No worker was ready within {seconds:g} seconds.")
        time.sleep(0.02)
