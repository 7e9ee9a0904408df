"""The runs of an app: queued, adopted, sent to workers when their turn comes, and asked to make way for others."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from mnistlab.engine.adoption import adopt
from mnistlab.engine.connection import Connection
from mnistlab.engine.errands import Errands, obey_cancel
from mnistlab.engine.outlooks import Outlook, behind_others, look_ahead
from mnistlab.engine.tasks.runs import carry_out
from mnistlab.engine.turns import Waiting, in_turn, next_jobs
from mnistlab.errors import EngineError, StoreError
from mnistlab.settings import Settings
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.runs import Store

if TYPE_CHECKING:
    from distributed import Future

# Many visitors ask for their position; it is recomputed at most this often.
OUTLOOK_SECONDS = 1.0
# Interval at which to look for runs whose app is gone.
ADOPT_SECONDS = 2.0
log = logging.getLogger("mnistlab.engine")


class Dispatch:
    """The queue of one app; safe to use from many threads.

    Arguments:
        engine: id of the app that owns the runs.
        store: the store with all runs.
        connection: the connection to the workers.
        wake: called when there is something to do.

    Attributes:
        turns: number of runs that were handed to workers.
    """

    def __init__(self, engine: str, store: Store, connection: Connection, wake: Callable[[], None]) -> None:
        self._engine, self._store, self._connection = engine, store, connection
        # In the order of submission, independent of the clock.
        self._own: dict[str, RunFolder] = {}
        self._errands = Errands(engine, self._submit, connection.end_worker_of, wake)
        self._adopted = -ADOPT_SECONDS
        # Owner -> number of their last turn.
        self._served: dict[str, int] = {}
        self.turns = 0
        self._outlooks: tuple[float, dict[str, Outlook]] = (-OUTLOOK_SECONDS, {})
        self._change = threading.RLock()

    def queue(self, run: RunFolder) -> None:
        """Append a run to the queue."""
        run.set_state("queued", engine=self._engine, attempts=0, losses=())
        with self._change:
            self._own[run.id] = run

    def active(self) -> list[RunFolder]:
        """Return the runs of this app in the order of submission, without those that have ended."""
        with self._change:
            self._own = {
                run_id: run
                for run_id, run in self._own.items()
                if (state := run.state()).is_active and state.engine == self._engine
            }
            return list(self._own.values())

    def adopt(self) -> None:
        """Take over the runs whose app is gone."""
        if time.monotonic() - self._adopted < ADOPT_SECONDS:
            return
        self._adopted = time.monotonic()
        # Nothing is adopted if nothing can be written, or if another app is adopting.
        with contextlib.suppress(StoreError):
            for run in adopt(self._store, self._engine):
                log.info("A run whose app is gone goes on here", extra={"run": run.id})
                with self._change:
                    self._own[run.id] = run

    def obey_cancels(self) -> None:
        """Cancel runs whose request no worker has seen."""
        for run in self.active():
            if run.requested() == "cancel":
                obey_cancel(run)

    def forget_errands(self) -> None:
        """Forget all errands, because their workers are gone with the scheduler; the runs will be sent again."""
        self._errands.forget_all()

    def advance(self, settings: Settings) -> None:
        """Check the runs at workers, send those whose turn it is, and rotate turns."""
        self._errands.watch(settings.hang)
        self._send_next(settings)
        self._turn_over(settings)

    def outlook(self, run: RunFolder, settings: Settings) -> Outlook:
        """Return the position of a queued run."""
        with self._change:
            made, outlooks = self._outlooks
        if time.monotonic() - made >= OUTLOOK_SECONDS or run.id not in outlooks:
            outlooks = self._look_ahead(settings)
            with self._change:
                self._outlooks = time.monotonic(), outlooks
        return outlooks[run.id] if run.id in outlooks else behind_others(run, self._store)

    def _look_ahead(self, settings: Settings) -> dict[str, Outlook]:
        with self._change:
            runs = dict(self._own)
            order = [runs[job.run_id] for job in self._in_turn() if job.run_id in runs]
        order = [run for run in order if run.state().name == "queued"]
        at_work = [run for run in self._errands.runs() if run.id in runs]
        return look_ahead(order, at_work, self._connection.slots(settings.long_workers), self._store)

    def _in_turn(self) -> list[Waiting]:
        """Return this app's runs that have no worker, in the order of their turns. Call it while holding `_change`."""
        waiting = []
        for run in self._own.values():
            if run.id in self._errands or run.requested() == "cancel":
                continue
            state = run.state()
            # A paused run that made way, or lost its worker, waits until it may continue.
            if state.name in ("queued", "running") or (state.name == "paused" and run.requested() != "pause"):
                waiting.append(Waiting(run.id, run.owner(), begun=state.name == "running" or bool(state.losses)))
        return in_turn(waiting, self._owners_at_work(), self._served)

    def _owners_at_work(self) -> list[str]:
        return [run.owner() for run in self._errands.runs() if run.id in self._own]

    def _send_next(self, settings: Settings) -> None:
        """Send the runs whose turn it is."""
        self.active()
        slots = self._connection.slots(settings.long_workers)
        with self._change:
            order = self._in_turn()
            free = slots - len(self._errands)
            for job in next_jobs(order, self._owners_at_work(), free, settings.running_per_visitor):
                if not self._connection.is_open:
                    return
                self.turns += 1
                self._served[job.owner] = self.turns
                try:
                    self._errands.send(self._own[job.run_id])
                except EngineError:
                    # The next check finds out about the scheduler.
                    return

    def _submit(self, run: RunFolder, ticket: str) -> Future:
        return self._connection.submit(
            carry_out,
            str(self._store.home),
            run.id,
            ticket,
            key=ticket,
            resources=self._connection.lane("long"),
        )

    def _turn_over(self, settings: Settings) -> None:
        """Ask runs whose turn is over to make way, if another visitor's run could take the worker."""
        with self._change:
            at_work = self._owners_at_work()
            # An owner who has as many runs at work as allowed waits for their own runs, not for a worker.
            waiting = {job.owner for job in self._in_turn() if at_work.count(job.owner) < settings.running_per_visitor}
            # (At an external scheduler, the number of slots has to be requested.)
            if not waiting or not settings.turn or len(self._errands) < self._connection.slots(settings.long_workers):
                return
            running = [run for run in self._errands.runs() if run.id in self._own]
        for run in running:
            if run.should_make_way() or not waiting - {run.owner()}:
                continue
            # A paused run blocks a worker without using it.
            if run.state().name == "paused" or self._errands.seconds(run) > settings.turn:
                run.ask_to_make_way()
