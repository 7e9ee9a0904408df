"""The runs an app has handed to workers: sent, monitored, and settled when their worker is done, lost, or silent.

The app alone decides whether a run is tried again. A used ticket shows that a worker has taken the run, and a free lock shows that it has
released it; both are files in the run's folder, which do not depend on the scheduler.
"""

from __future__ import annotations

import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from filelock import Timeout

from mnistlab.engine.silence import Loss, Vigil, is_given_up, patience, why_given_up
from mnistlab.errors import MnistlabError, StoreError
from mnistlab.store.files import is_held
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import RunState

if TYPE_CHECKING:
    from distributed import Future

log = logging.getLogger("mnistlab.engine")


@dataclass
class Errand:
    """A run at a worker, or on its way to one.

    Attributes:
        run: the run.
        ticket: allows one worker to take it, once.
        future: Dask's future.
        sent: when it was sent, in seconds of a monotonic clock.
        vigil: monitors its worker.
        ended_for: why the app ended its worker, if it did.
    """

    run: RunFolder
    ticket: str
    future: Future
    sent: float
    vigil: Vigil = field(default_factory=Vigil)
    ended_for: Loss | None = None


class Errands:
    """All errands of one app; safe to use from many threads.

    Arguments:
        engine: the app's id.
        submit: submits a run with its ticket to Dask: (run, ticket) -> future.
        end_worker_of: ends the worker of a future's key, without waiting for it.
        wake: called when a future is done.
    """

    def __init__(
        self,
        engine: str,
        submit: Callable[[RunFolder, str], Any],
        end_worker_of: Callable[[str], None],
        wake: Callable[[], None],
    ) -> None:
        self._engine, self._submit, self._end_worker_of, self._wake = engine, submit, end_worker_of, wake
        self._errands: dict[str, Errand] = {}
        self._change = threading.RLock()

    def __len__(self) -> int:
        return len(self._errands)

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._errands

    def runs(self) -> list[RunFolder]:
        """Return the runs at workers."""
        with self._change:
            return [errand.run for errand in self._errands.values()]

    def seconds(self, run: RunFolder) -> float:
        """Return the seconds since the run was sent; 0 if it was not."""
        with self._change:
            errand = self._errands.get(run.id)
        return 0.0 if errand is None else time.monotonic() - errand.sent

    def send(self, run: RunFolder) -> None:
        """Hand the run to a worker. It fails if the disk has no room for its ticket."""
        ticket = f"{run.id}#{secrets.token_hex(4)}"
        try:
            run.issue_ticket(ticket)
        except StoreError as error:
            with contextlib.suppress(StoreError):
                run.fail(str(error))
            return
        run.keep_going()
        errand = Errand(run, ticket, self._submit(run, ticket), time.monotonic())
        with self._change:
            self._errands[run.id] = errand
        errand.future.add_done_callback(lambda _: self._wake())

    def forget_all(self) -> None:
        """Forget all errands, because their workers are gone with the scheduler; the runs will be sent again."""
        with self._change:
            self._errands.clear()

    def watch(self, hang: float) -> None:
        """Check all errands once. `hang`: seconds without a sign of life that count as hanging."""
        with self._change:
            errands = list(self._errands.values())
        for errand in errands:
            # A full disk, or a folder that was deleted meanwhile, affects one run only.
            with contextlib.suppress(StoreError):
                self._look_after(errand, hang)

    def _look_after(self, errand: Errand, hang: float) -> None:
        run, future = errand.run, errand.future
        taken = not run.has_ticket(errand.ticket)
        # In this order, because a worker writes the state before it releases the lock.
        held = is_held(run.lock())
        state = run.state()
        silent = errand.vigil.silent_for(taken, run.last_beat(), time.monotonic())
        if state.is_active and state.engine == self._engine:
            if future.status == "error" and type(future.exception()).__name__ != "KilledWorker":
                self._fail(errand)
                return
            if taken and not held and not _was_put_aside(run, state):
                self._settle_loss(errand)
                return
            if future.done():
                # Put aside, refused (its predecessor was still dying), or lost by Dask: it will be sent again.
                self._forget(errand)
                return
        elif future.done() or not taken:
            # It has ended, or belongs to another app now. A task that no worker has taken is withdrawn.
            self._forget(errand)
            return
        # A run that has ended must not keep its worker from others.
        if silent > patience(hang, state.losses, run.is_preparing()):
            self._end_worker(errand)

    def _end_worker(self, errand: Errand) -> None:
        log.warning("A run shows no sign of life; its worker is ended", extra={"run": errand.run.id})
        errand.ended_for = "silent"
        # If it is still alive after the same time, it is ended again.
        errand.vigil = Vigil()
        self._end_worker_of(errand.future.key)

    def _settle_loss(self, errand: Errand) -> None:
        """Count a lost worker; then the run waits for another, or fails."""
        run = errand.run
        try:
            with run.lock().acquire(timeout=0):
                state = run.state()
                losses = (*state.losses, errand.ended_for or "killed")
                if not state.is_active:
                    pass
                elif run.requested() == "cancel":
                    run.set_state("cancelled")
                elif is_given_up(losses):
                    run.fail(why_given_up(losses))
                else:
                    paused = state.name == "paused" and run.requested() == "pause"
                    run.set_state("paused" if paused else "queued", losses=losses)
        except Timeout:
            # Another process is checking whether the lock is held; try again at the next check.
            return
        log.warning("A run has lost its worker", extra={"run": run.id, "state": run.state().name})
        self._forget(errand)

    def _fail(self, errand: Errand) -> None:
        error = errand.future.exception()
        self._forget(errand)
        if isinstance(error, MnistlabError):
            errand.run.fail(str(error))
            return
        log.error("A run could not be carried out", extra={"run": errand.run.id}, exc_info=error)
        name = type(error).__name__
        errand.run.fail(f"The worker could not carry it out ({name}); the terminal of the app says more.")

    def _forget(self, errand: Errand) -> None:
        with self._change:
            if self._errands.get(errand.run.id) is errand:
                del self._errands[errand.run.id]
        if not errand.future.done():
            with contextlib.suppress(Exception):
                errand.future.cancel()


def _was_put_aside(run: RunFolder, state: RunState) -> bool:
    """Return whether the worker of the run put it back by itself."""
    return state.name == "queued" or (state.name == "paused" and run.should_make_way())


def obey_cancel(run: RunFolder, seconds: float = 0.0) -> None:
    """Write "cancelled" if no worker has the run; a worker obeys by itself. Waits at most `seconds` for its lock."""
    with contextlib.suppress(StoreError, OSError), run.lock().acquire(timeout=seconds, poll_interval=0.02):
        if run.state().is_active:
            run.set_state("cancelled")


def put_back(run: RunFolder, seconds: float) -> None:
    """Put a run back into the queue when its app ends normally: no loss is counted."""
    if run.state().name != "running":
        return
    with contextlib.suppress(StoreError, OSError), run.lock().acquire(timeout=seconds, poll_interval=0.02):
        if run.state().name == "running":
            run.set_state("queued")
