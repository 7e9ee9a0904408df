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
from mnistlab.engine.admission import Admitted, CameFrom, admit, require_queue
from mnistlab.engine.adoption import adopt
from mnistlab.engine.errands import Errands, obey_cancel, put_back
from mnistlab.engine.local import LocalHost
from mnistlab.engine.outlooks import Outlook, behind_others, look_ahead
from mnistlab.engine.turns import Waiting, in_turn, next_jobs
from mnistlab.errors import EngineError, StoreError
from mnistlab.logs import take_over
from mnistlab.recipes import Recipe
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
# Many visitors ask where they stand; what they are told is no older than this.
OUTLOOK_SECONDS = 1.0
# How often we look whether the workers we have started are there.
START_POLL_SECONDS = 0.1
# How often we look for runs whose app is gone.
ADOPT_SECONDS = 2.0
# A worker that hangs is killed after a few seconds; its nanny may be slow to be reached.
END_WORKER_SECONDS = 60.0
# How long the worker of an app that ends may take to be dead.
PUT_BACK_SECONDS = 2.0
# How long a visitor's Cancel waits for somebody who only looks whether the run is at work.
CANCEL_SECONDS = 0.2
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
        turns, questions: how many runs were handed to workers, and how many questions.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.id = f"app-{secrets.token_hex(4)}"
        self.phase: Phase = "starting"
        self.reason = ""
        self._settings = settings
        self._client: Client | None = None
        self._host: LocalHost | None = None
        # In the order in which they came, whatever the clock says.
        self._own: dict[str, RunFolder] = {}
        self._errands = Errands(self.id, self._submit, self._end_worker_of, lambda: self._wake.set())
        self._adopted = -ADOPT_SECONDS
        # Id of a run at work or waiting -> what stands for the address it came from. Not kept on disk, nor beyond this app.
        self._addresses: dict[str, str] = {}
        # Owner -> number of their last turn.
        self._served: dict[str, int] = {}
        self.turns = self.questions = 0
        self._outlooks: tuple[float, dict[str, Outlook]] = (-OUTLOOK_SECONDS, {})
        self._change = threading.RLock()
        self._closing = threading.Event()
        self._wake = threading.Event()
        self._life = store.engine_lock(self.id)
        with contextlib.suppress(OSError):
            self._life.acquire(timeout=0)
        threading.Thread(target=self._live, name="mnistlab-engine", daemon=True).start()
        atexit.register(self.close)

    # Asking for work

    def start(self, recipe: Recipe, name: str, owner: str = "", address: str = "") -> Admitted:
        """Find the run that computes `recipe`, or put a new one into the queue.

        Arguments:
            recipe: what to do.
            name: what the run is called.
            owner: id of the visitor.
            address: what stands for the network address they came from; "" where it does not count.

        Raises:
            BusyError: there is no room for it now.
            StoreError: the disk is full or read-only.
        """
        return admit(recipe, name, owner, self.store, self._settings, self.submit, CameFrom(self._addresses, address))

    def submit(self, run: RunFolder) -> None:
        """Put a new run into the queue of the long lane."""
        self._queue(run)

    def resume(self, run: RunFolder, address: str = "") -> None:
        """Put an interrupted or failed run into the queue again; it goes on from its last checkpoint. `address`: as in `start`.

        Raises:
            StoreError: it is at work, or at its end.
            BusyError: there is no room for it now.
        """
        with self.store.door():
            state = self.store.state(run)
            if state.name not in RESUMABLE:
                raise StoreError(
                    f"The run “{run.name()}” is {state.name}; only an interrupted or failed run can be resumed."
                )
            came_from = CameFrom(self._addresses, address)
            require_queue(run.owner(), self.store, self._settings, came_from)
            run.request("resume")
            self._queue(run)
            came_from.note(run)

    def _queue(self, run: RunFolder) -> None:
        run.set_state("queued", engine=self.id, attempts=0, losses=())
        with self._change:
            self._own[run.id] = run
        self._wake.set()

    def cancel(self, run: RunFolder) -> None:
        """End a run and keep no result: within a second in whatever state it is, or as soon as its hanging worker is ended.

        The wish is kept in the run's folder, so it outlives this app and every worker.
        """
        run.request("cancel")
        if run.state().name in ("queued", "paused"):
            # No worker may be there to see it.
            obey_cancel(run, CANCEL_SECONDS)
        self._wake.set()

    def ask(self, function: Callable[..., Any], *arguments: Any) -> Future:
        """Send a short question to the short lane: `function` of `mnistlab.engine.tasks`, called with the store's folder first.

        Raises:
            EngineError: no worker is there yet, or none any more.
        """
        client = self._client
        if client is None or self.phase != "ready":
            raise EngineError(self.reason or "The workers are still starting.")
        self.questions += 1
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
        self.questions += 1
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

    def outlook(self, run: RunFolder) -> Outlook:
        """Return where a queued run stands."""
        with self._change:
            made, outlooks = self._outlooks
        if time.monotonic() - made >= OUTLOOK_SECONDS or run.id not in outlooks:
            outlooks = self._look_ahead()
            with self._change:
                self._outlooks = time.monotonic(), outlooks
        if run.id in outlooks:
            return outlooks[run.id]
        return behind_others(run, self.store)

    def _look_ahead(self) -> dict[str, Outlook]:
        with self._change:
            runs = dict(self._own)
            order = [runs[job.run_id] for job in self._in_turn() if job.run_id in runs]
        order = [run for run in order if run.state().name == "queued"]
        at_work = [run for run in self._errands.runs() if run.id in runs]
        return look_ahead(order, at_work, self._slots(), self.store)

    # What there is

    def workers(self) -> list[WorkerRow]:
        """Return the workers of this moment, those of the short lane first."""
        return self._rows() if self.phase == "ready" else []

    def _rows(self) -> list[WorkerRow]:
        if self._client is None:
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
        """End a worker that hangs, without waiting for it; it is started anew, and what it worked on goes on from its checkpoint."""
        client = self._client
        if client is None:
            return

        def end() -> None:
            # The scheduler may go away at any moment; the watcher sees to that.
            with contextlib.suppress(Exception):
                client.restart_workers([address], timeout=END_WORKER_SECONDS, raise_for_error=False)

        threading.Thread(target=end, name="end-worker", daemon=True).start()

    def _end_worker_of(self, key: str) -> None:
        for row in self.workers():
            if key in row.busy_with:
                self.end_worker(row.address)

    def close(self) -> None:
        """Let go of everything; workers started here end."""
        with self._change:
            if self._closing.is_set():
                return
            self._closing.set()
            self._wake.set()
            self.phase = "closed"
        self._let_go()
        for run in self._own_active_runs():
            put_back(run, PUT_BACK_SECONDS)
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
                self._adopt()
                self._obey_cancels()
                if self._client is None:
                    self._connect()
                elif not self._is_alive():
                    self._lose()
                elif self.phase != "ready":
                    self._wait_for_workers()
                else:
                    self._errands.watch(self._settings.hang)
                    self._dispatch()
                    self._turn_over()
            except EngineError as error:
                self._let_go()
                self._enter("failed", str(error))
                log.warning("%s", error)
            except Exception:
                # One bad moment (a folder deleted under our eyes) must not end the watch over all others.
                log.exception("The engine's watch stumbled")
            if self.phase == "ready":
                self._wake.wait(WATCH_SECONDS)
                self._wake.clear()
            else:
                self._closing.wait(2 * WATCH_SECONDS if self._client is None else START_POLL_SECONDS)
        # Closed while the workers were being started: they must not outlive it.
        self._let_go()

    def _connect(self) -> None:
        # Half a second of imports, here in the engine's own thread, which no page waits for.
        from distributed import Client

        take_over()
        address = self._settings.scheduler
        if address is None:
            self._host = LocalHost()
            address = self._host.address
        problem = ""
        try:
            self._client = Client(
                address,
                timeout=CONNECT_SECONDS,
                set_as_default=False,
                name=self.id,
                security=security(self._settings) if self._host is None else self._host.certificate.security(),
            )
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            # (A TypeError is what Dask raises at tls:// without certificates.)
            problem = type(error).__name__
        if problem:
            # A client that never connected closes itself when it is collected. Left to chance, that may happen while the next one
            # is being made, under the very lock it then waits for.
            gc.collect()
            if self._settings.scheduler is None:
                raise EngineError(f"The workers could not be started ({problem}).")
            raise EngineError(
                f"MNISTLAB_SCHEDULER names {address}, where no Dask scheduler answers. Start it, or unset the variable; "
                "one at tls:// needs MNISTLAB_TLS_CA, MNISTLAB_TLS_CERT and MNISTLAB_TLS_KEY."
                if address.startswith("tls:")
                else f"MNISTLAB_SCHEDULER names {address}, where no Dask scheduler answers. Start it, or unset the variable."
            )

    def _is_alive(self) -> bool:
        if self._host is not None and not self._host.is_alive():
            return False
        return self._client is not None and self._client.status in ("running", "connecting")

    def _wait_for_workers(self) -> None:
        """Be ready once the short lane of our own host can be asked; on a busy machine that takes longer than its scheduler."""
        if self._host is None or any("short" in row.lanes for row in self._rows()):
            self._enter("ready")

    def _adopt(self) -> None:
        """Take over the runs whose app is gone."""
        if time.monotonic() - self._adopted < ADOPT_SECONDS:
            return
        self._adopted = time.monotonic()
        # Where nothing can be written, nothing is adopted; or another app is just doing it.
        with contextlib.suppress(StoreError):
            for run in adopt(self.store, self.id):
                log.info("A run whose app is gone goes on here", extra={"run": run.id})
                with self._change:
                    self._own[run.id] = run

    def _obey_cancels(self) -> None:
        """End runs whose Cancel no worker has seen."""
        for run in self._own_active_runs():
            if run.requested() == "cancel":
                obey_cancel(run)

    def _lose(self) -> None:
        """The scheduler is gone: forget it; `_connect` finds or starts another, and the runs go on there."""
        self._enter("starting", "The workers were lost and are started again.")
        self._errands.forget_all()
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

    # Turns

    def _in_turn(self) -> list[Waiting]:
        """Return this app's runs that have no worker, in the order of their turns. Called with `_change` held."""
        waiting = []
        for run in self._own.values():
            if run.id in self._errands or run.requested() == "cancel":
                continue
            state = run.state()
            # A paused run that made way, or lost its worker, waits until it may go on.
            if state.name in ("queued", "running") or (state.name == "paused" and run.requested() != "pause"):
                waiting.append(Waiting(run.id, run.owner(), begun=state.name == "running" or bool(state.losses)))
        return in_turn(waiting, self._owners_at_work(), self._served)

    def _owners_at_work(self) -> list[str]:
        return [run.owner() for run in self._errands.runs() if run.id in self._own]

    def _slots(self) -> int:
        """Return how many runs can be at work: the workers of the long lane, or all where none declare lanes."""
        if self._host is not None:
            return self._settings.long_workers
        rows = self.workers()
        # Where there is no worker yet, one run goes ahead and waits at the scheduler.
        return len([row for row in rows if "long" in row.lanes] or rows) or 1

    def _dispatch(self) -> None:
        """Send the runs whose turn it is."""
        self._own_active_runs()
        slots = self._slots()
        with self._change:
            order = self._in_turn()
            free = slots - len(self._errands)
            for job in next_jobs(order, self._owners_at_work(), free, self._settings.running_per_visitor):
                self._send(self._own[job.run_id])

    def _send(self, run: RunFolder) -> None:
        if self._client is None or self.phase != "ready":
            return
        self.turns += 1
        self._served[run.owner()] = self.turns
        self._errands.send(run)

    def _submit(self, run: RunFolder, ticket: str) -> Future:
        assert self._client is not None
        return self._client.submit(
            tasks.carry_out, str(self.store.home), run.id, ticket, key=ticket, resources=self._lane("long")
        )

    def _turn_over(self) -> None:
        """Ask runs that have had their turn to make way, if somebody else's run could take it."""
        turn = self._settings.turn
        with self._change:
            at_work = self._owners_at_work()
            # One who has as many at work as they may have does not wait for a worker, but for themselves.
            waiting = {
                job.owner for job in self._in_turn() if at_work.count(job.owner) < self._settings.running_per_visitor
            }
            if not waiting or not turn or len(self._errands) < self._slots():
                return
            running = [run for run in self._errands.runs() if run.id in self._own]
        for run in running:
            if run.should_make_way() or not waiting - {run.owner()}:
                continue
            # A paused run keeps a worker from others and works for nobody.
            if run.state().name == "paused" or self._errands.seconds(run) > turn:
                run.ask_to_make_way()

    def _lane(self, lane: Lane) -> dict[str, int] | None:
        """Return the Dask resource of a lane; None on a cluster whose workers declare no lanes."""
        if self._host is not None:
            return {lane: 1}
        assert self._client is not None
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return {lane: 1} if any(lane in worker.get("resources", {}) for worker in workers) else None


def security(given: Settings) -> Any:
    """Return how to speak to a scheduler elsewhere: Dask's `Security` with our certificates, or None without any."""
    if given.tls_ca is None:
        return None
    from distributed import Security

    return Security(
        tls_ca_file=str(given.tls_ca),
        tls_client_cert=None if given.tls_cert is None else str(given.tls_cert),
        tls_client_key=None if given.tls_key is None else str(given.tls_key),
        require_encryption=True,
    )


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
