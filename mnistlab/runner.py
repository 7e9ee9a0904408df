"""A run folder -> its run, carried out in this process: the same for a worker and for the command line."""

import contextlib
import time
import traceback
from collections.abc import Callable
from typing import Literal

from filelock import Timeout

from mnistlab.attendant import BEAT_SECONDS, Attendant
from mnistlab.errors import MnistlabError, StoreError
from mnistlab.kinds import Means, kind_of
from mnistlab.progress import Checkpoint, Progress, Report, Reports, Request, Result, Snapshot
from mnistlab.recipes import Recipe, TrainingRecipe
from mnistlab.store.durations import Duration, Durations
from mnistlab.store.files import write_bytes
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import RunState
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish

End = Literal["finished", "cancelled", "aside", "paused"]
# How long a worker that lost its app may take to release a run.
LOCK_PATIENCE = 20.0
# Interval at which a paused run checks for a request, in seconds.
PAUSE_POLL = 0.05
# Interval at which the pictures of a running run are written.
PICTURE_SECONDS = 0.25


def execute(
    run: RunFolder,
    store: Store,
    watch: Callable[[Progress], None] | None = None,
    allow_paths: bool = False,
    ticket: str | None = None,
    prepare: Callable[[], object] | None = None,
) -> RunState:
    """Start or continue `run`, and return its state at the end.

    All outcomes are written to its folder: no error that a recipe can cause is raised.

    Arguments:
        run: a folder made by `Store.create` or `RunFolder.create`.
        store: the store with the networks that recipes name.
        watch: called with each progress, for the command line.
        allow_paths: whether models, starts and pictures may be paths: on the command line, never for a page.
        ticket: allows this process to take the run, once (`RunFolder.issue_ticket`); None if there are no tickets.
        prepare: called once the run is taken, for slow preparations that cannot report progress.
    """
    try:
        with run.lock().acquire(timeout=LOCK_PATIENCE):
            if run.state().is_active and (ticket is None or run.use_ticket(ticket)):
                _execute_locked(run, store, watch, allow_paths, prepare)
    except Timeout:
        # Another process works on it and writes its state.
        pass
    return run.state()


def _execute_locked(
    run: RunFolder,
    store: Store,
    watch: Callable[[Progress], None] | None,
    allow_paths: bool,
    prepare: Callable[[], object] | None,
) -> None:
    with Attendant(run) as attendant:
        try:
            if run.requested() == "cancel":
                attendant.set_state("cancelled")
                return
            recipe = run.recipe()
            attendant.set_state("running", attempts=run.state().attempts + 1)
            if prepare is not None:
                prepare()
            if attendant.is_cancelled:
                # Its folder may have been deleted.
                return
            checkpoint = run.read_checkpoint()
            run.rewind_events(int(checkpoint["done"]) if checkpoint else 0)
            reports = kind_of(recipe).start(recipe, Means(store, checkpoint, allow_paths))
            keeper = _Keeper(run, recipe, watch, attendant)
            try:
                end = keeper.drive(reports)
            finally:
                reports.close()
            if end == "aside":
                # A new turn resets the counts, because only losses in a row matter.
                attendant.set_state("queued", attempts=0, losses=())
            elif end != "paused":
                attendant.set_state(end)
            undisturbed = checkpoint is None and run.state().attempts == 1 and run.requested() != "stop"
            if end == "finished" and undisturbed and run.path.parent == store.runs_folder:
                kind = kind_of(recipe)
                amount = kind.work(recipe, Wish.of(recipe, store).layers)
                Durations(store.home).record(Duration(kind.pace(recipe), amount, keeper.seconds))
        except MnistlabError as error:
            _fail(attendant, str(error))
        except Exception as error:
            # An unexpected error: the traceback is kept for developers, and the visitor gets a sentence.
            with contextlib.suppress(StoreError):
                write_bytes(run.path / "error.log", traceback.format_exc().encode())
            name = type(error).__name__
            _fail(attendant, f"An unexpected error ended it ({name}); the details are in its error.log.")


def _fail(attendant: Attendant, reason: str) -> None:
    # If even the state cannot be written (the disk is gone), the run will be "interrupted".
    with contextlib.suppress(StoreError):
        attendant.fail(reason)


class _Keeper:
    """Consumes the reports of one run: keeps them in its folder and answers with the visitor's requests."""

    def __init__(
        self, run: RunFolder, recipe: Recipe, watch: Callable[[Progress], None] | None, attendant: Attendant
    ) -> None:
        self._run, self._recipe, self._watch, self._attendant = run, recipe, watch, attendant
        self._began, self._paused = time.monotonic(), 0.0
        self._last_beat = self._last_pictures = 0.0
        self._done = 0
        # Progress at the start: the first own work is done once there is more.
        self._begun_at: int | None = None

    @property
    def seconds(self) -> float:
        """Seconds at work, without pauses."""
        return time.monotonic() - self._began - self._paused

    def drive(self, reports: Reports) -> End:
        """Consume all reports; return how it ended: "paused" and "aside" (it made way) are temporary."""
        answer: Request | None = None
        while True:
            try:
                report = reports.send(answer)
            except StopIteration:
                return "finished"
            if self._attendant.is_cancelled:
                return "cancelled"
            self._keep(report)
            if isinstance(report, Checkpoint) and self._run.should_make_way():
                return "aside"
            request = self._answer()
            if isinstance(request, str):
                return request
            answer = request

    def _keep(self, report: Report) -> None:
        match report:
            case Progress():
                self._done = report.done
                if self._begun_at is None:
                    self._begun_at = report.done
                elif report.done > self._begun_at:
                    # Everything needed for the first step has been compiled.
                    self._attendant.stop_vouching()
                if report.pictures and time.monotonic() - self._last_pictures >= PICTURE_SECONDS:
                    self._run.write_pictures(report.pictures)
                    self._last_pictures = time.monotonic()
                self._run.append_event(
                    {
                        "time": time.time(),
                        "stage": report.stage,
                        "done": report.done,
                        "total": report.total,
                        **report.values,
                    }
                )
                if self._watch is not None:
                    self._watch(report)
            case Checkpoint():
                self._run.write_checkpoint({**report.arrays, "done": self._done})
                self._attendant.forgive_losses()
            case Snapshot():
                self._run.write_snapshot(report)
            case Result():
                network = None
                if report.weights is not None and isinstance(self._recipe, TrainingRecipe):
                    network = StoredNetwork(self._recipe.network, dict(report.weights), self._recipe.data)
                self._run.write_result(report, network)

    def _answer(self) -> Request | End:
        """Return the next request, or how the run ended; waits here while the run is paused."""
        paused = False
        while True:
            self._beat()
            match self._run.requested():
                case "cancel":
                    return "cancelled"
                case "pause":
                    if not paused:
                        paused = True
                        self._attendant.set_state("paused")
                    if self._run.should_make_way():
                        return "paused"
                    time.sleep(PAUSE_POLL)
                    self._paused += PAUSE_POLL
                    continue
                case "stop":
                    answer = Request.STOP
                case _:
                    answer = Request.CONTINUE
            if paused:
                self._attendant.set_state("running")
            return answer

    def _beat(self) -> None:
        if time.monotonic() - self._last_beat >= BEAT_SECONDS:
            self._last_beat = time.monotonic()
            self._run.beat()
