"""The runs an app has handed to workers: sent, watched, and settled when their worker is done, lost, or silent.

The app alone decides whether a run is tried again. It knows that a worker has taken a run when the ticket is used, and that it has let go of
it when the run's lock is free; both are files in the run's folder, which no scheduler can forget.
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
    """A run in a worker's hands, or on its way there.

    Attributes:
        run: the run.
        ticket: with which one worker may take it, once.
        future: Dask's.
        sent: when, on a clock that does not jump.
        vigil: the watch over its worker.
        ended_for: why its worker was ended by the app, if it was.
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
        submit: hands a ticket's run to Dask: (run, ticket) -> future.
        end_worker_of: ends the worker that works on a future's key, without waiting for it.
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
        """Return the runs that are out."""
        with self._change:
            return [errand.run for errand in self._errands.values()]

    def seconds(self, run: RunFolder) -> float:
        """Return how long ago the run was sent; 0 for one that was not."""
        with self._change:
            errand = self._errands.get(run.id)
        return 0.0 if errand is None else time.monotonic() - errand.sent

    def send(self, run: RunFolder) -> None:
        """Hand the run to a worker. If the disk has no room for a ticket, it fails with that reason."""
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
        """The workers are gone with their scheduler; what was out is sent again."""
        with self._change:
            self._errands.clear()

    def watch(self, hang: float) -> None:
        """Look after all errands once. `hang`: seconds without a sign of life that count as hanging."""
        with self._change:
            errands = list(self._errands.values())
        for errand in errands:
            # A full disk, or a folder deleted under our eyes, is one run's trouble.
            with contextlib.suppress(StoreError):
                self._look_after(errand, hang)

    def _look_after(self, errand: Errand, hang: float) -> None:
        run, future = errand.run, errand.future
        taken = not run.has_ticket(errand.ticket)
        # In this order: whoever lets go of the lock has written the state before.
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
                # Put aside, refused (its predecessor was still dying), or lost by Dask: it is sent again.
                self._forget(errand)
                return
        elif future.done() or not taken:
            # It has come to its end, or is another app's now. What no worker has taken is called back.
            self._forget(errand)
            return
        # The worker of a run that has come to its end is needed by others.
        if silent > patience(hang, state.losses, run.is_preparing()):
            self._end_worker(errand)

    def _end_worker(self, errand: Errand) -> None:
        log.warning("A run shows no sign of life; its worker is ended", extra={"run": errand.run.id})
        errand.ended_for = "silent"
        # If it is still there after as long again, it is ended again.
        errand.vigil = Vigil()
        self._end_worker_of(errand.future.key)

    def _settle_loss(self, errand: Errand) -> None:
        """Count a lost worker, where it happens; then the run waits for another, or ends."""
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
            # Somebody looks whether it is held; in a moment.
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
    """Return whether whoever worked on the run has put it back by themselves."""
    return state.name == "queued" or (state.name == "paused" and run.should_make_way())


def obey_cancel(run: RunFolder, seconds: float = 0.0) -> None:
    """Write "cancelled" if nobody works on the run; whoever does obeys by themselves. Waits at most `seconds` for its lock."""
    with contextlib.suppress(StoreError, OSError), run.lock().acquire(timeout=seconds, poll_interval=0.02):
        if run.state().is_active:
            run.set_state("cancelled")


def put_back(run: RunFolder, seconds: float) -> None:
    """Let a run whose app ends in order wait for the next one: nobody is to blame, so no loss is counted."""
    if run.state().name != "running":
        return
    with contextlib.suppress(StoreError, OSError), run.lock().acquire(timeout=seconds, poll_interval=0.02):
        if run.state().name == "running":
            run.set_state("queued")
