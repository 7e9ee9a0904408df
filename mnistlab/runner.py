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
# How long a predecessor that lost its app may take to let go of a run.
LOCK_PATIENCE = 20.0
# How often a paused run looks for a request, in seconds.
PAUSE_POLL = 0.05
# How often the pictures of a running run are written.
PICTURE_SECONDS = 0.25


def execute(
    run: RunFolder,
    store: Store,
    watch: Callable[[Progress], None] | None = None,
    allow_paths: bool = False,
    ticket: str | None = None,
    prepare: Callable[[], object] | None = None,
) -> RunState:
    """Carry out `run`, or go on with it, and return the state it ends in.

    Whatever happens is written into its folder: nothing a recipe can cause is raised.

    Arguments:
        run: a folder made by `Store.create` or `RunFolder.create`.
        store: where the networks a recipe names are found.
        watch: called with each progress, for the command line.
        allow_paths: whether models, starts and pictures may be paths: on the command line, never for a page.
        ticket: what allows this process to take the run up, once (`RunFolder.issue_ticket`); None where nobody hands out tickets.
        prepare: called once the run is taken, for what takes long and cannot speak meanwhile.
    """
    try:
        with run.lock().acquire(timeout=LOCK_PATIENCE):
            if run.state().is_active and (ticket is None or run.use_ticket(ticket)):
                _execute_locked(run, store, watch, allow_paths, prepare)
    except Timeout:
        # Somebody else works on it; its state is theirs to write.
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
                # Its folder may be deleted by now.
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
                # A new turn is a new beginning: only losses in a row count.
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
            # Nobody foresaw this: the traceback is kept for whoever mends it, the visitor gets a sentence.
            with contextlib.suppress(StoreError):
                write_bytes(run.path / "error.log", traceback.format_exc().encode())
            name = type(error).__name__
            _fail(attendant, f"An unexpected error ended it ({name}); the details are in its error.log.")


def _fail(attendant: Attendant, reason: str) -> None:
    # Where not even the state can be written (the disk is gone), the run is found "interrupted" later.
    with contextlib.suppress(StoreError):
        attendant.fail(reason)


class _Keeper:
    """Consumes the reports of one run: keeps them in its folder and answers with what the visitor asks."""

    def __init__(
        self, run: RunFolder, recipe: Recipe, watch: Callable[[Progress], None] | None, attendant: Attendant
    ) -> None:
        self._run, self._recipe, self._watch, self._attendant = run, recipe, watch, attendant
        self._began, self._paused = time.monotonic(), 0.0
        self._last_beat = self._last_pictures = 0.0
        self._done = 0
        # Where it began: work of its own is done as soon as there is more.
        self._begun_at: int | None = None

    @property
    def seconds(self) -> float:
        """How long it has been at work, without pauses."""
        return time.monotonic() - self._began - self._paused

    def drive(self, reports: Reports) -> End:
        """Consume all reports; return how it ended: "paused" and "aside" (it made way) are not for good."""
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
            found = self._answer()
            if isinstance(found, str):
                return found
            answer = found

    def _keep(self, report: Report) -> None:
        match report:
            case Progress():
                self._done = report.done
                if self._begun_at is None:
                    self._begun_at = report.done
                elif report.done > self._begun_at:
                    # All that had to be compiled before the first step is.
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
        """Return what to do next, or how it ends; waits here while the run is paused."""
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
