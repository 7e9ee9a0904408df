"""Disturb a set of runs at random moments, and hold that none is lost, none is stuck, and each ends as its undisturbed twin.

    python -m scripts.inject_faults --faults 200 --seed 0

An app of its own carries out small trainings on a small disk. Workers, the host of the scheduler and the app are killed or stopped, runs
are cancelled, and the disk is filled; with `--busy 20`, beside so many processes that burn the processors. At the end every run must be
there and finished, with the very weights of a run that nobody disturbed, or cancelled if that was asked. Runs of a killed app must go on by
themselves at the next; only what failed is resumed. Ends with a line of JSON, and with status 1 if anything was wrong. Filling a disk needs
the right to mount one; without it those faults are left out, and said to be.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psutil

from mnistlab.engine import Engine
from mnistlab.errors import MnistlabError
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.training import with_best_engine
from mnistlab.runner import execute
from mnistlab.settings import settings
from mnistlab.store.runs import Store
from scripts.busy import MOST_SECONDS, busy

NETWORK = {"conv": [{"filters": 4}, {"filters": 8}], "pool": [2], "dense": [{"units": 16}]}
RECIPES = 3
DISK_MEGABYTES = 48
# Runs that are not finished, at a time.
ABREAST = 3
POLL_SECONDS = 0.2
STRAY = 0.2
ENDS = ("finished", "cancelled")
MOST_WAIT = 40.0
# How often each fault is chosen. A lost worker costs seconds until TensorFlow is loaded again, so the cheap ones come more often.
WEIGHTS = {
    "kill worker": 14,
    "stop worker": 30,
    "fill disk": 34,
    "hang worker": 3,
    "kill host": 3,
    "kill app": 8,
    "cancel run": 8,
}
# Seconds without a sign of life that count as hanging: fewer than by default, so that a fault costs less time; on a crowded machine as many.
HANG_SECONDS = {False: 20, True: 60}
SILENCE = "shows no sign of life"


def recipe(number: int, train_size: int) -> TrainingRecipe:
    """Return the recipe of a run: one in RECIPES is trained by TensorFlow, as runs of earlier versions are, the others as new ones are."""
    kind = number % RECIPES
    chosen = TrainingRecipe.read(
        {
            "network": NETWORK,
            "data": "embedded",
            "train_size": train_size,
            "epochs": 3,
            "batch_size": 10,
            "seed": kind,
        }
    )
    return with_best_engine(chosen) if kind else chosen


def app(ledger: Path, train_size: int) -> None:
    """The app under test: makes runs until it is told that there are enough, and resumes what has failed."""
    store = Store(settings().home)
    engine = Engine(store, settings())
    made = len(ledger.read_text().split()) if ledger.exists() else 0
    while True:
        # What the disk refuses now is tried again in a moment.
        with contextlib.suppress(MnistlabError):
            states = {run.id: store.state(run) for run in store.runs()}
            for run in store.runs():
                if states[run.id].name == "failed":
                    engine.resume(run)
            unfinished = sum(state.name not in ENDS for state in states.values())
            if unfinished < ABREAST and not ledger.with_suffix(".enough").exists():
                run = store.create(recipe(made, train_size), f"run {made}")
                made += 1
                with ledger.open("a") as file:
                    file.write(run.id + "\n")
                engine.submit(run)
        time.sleep(POLL_SECONDS)


class Disturber:
    """Starts the app, disturbs it, and judges what comes out."""

    def __init__(self, folder: Path, chance: random.Random, train_size: int, is_busy: bool = False) -> None:
        self.folder, self.chance, self.train_size, self.is_busy = folder, chance, train_size, is_busy
        self.cancelled: set[str] = set()
        self.home, self.ledger = folder / "disk" / "home", folder / "ledger"
        self.done: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self._process: subprocess.Popen | None = None
        (folder / "disk").mkdir()
        self.has_disk = _mount(folder / "disk")

    def start(self) -> None:
        """Start the app, anew where one was killed."""
        environment = {
            **os.environ,
            "MNISTLAB_HOME": str(self.home),
            "MNISTLAB_DOWNLOAD": "",
            "MNISTLAB_HANG": str(HANG_SECONDS[self.is_busy]),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        command = [sys.executable, __file__, "--app", str(self.ledger), "--train-size", str(self.train_size)]
        with (self.folder / "app.log").open("ab") as log:
            self._process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stderr=log)

    def end(self) -> None:
        """End the app and give the disk back."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
        if self.has_disk:
            subprocess.run(["umount", "-l", str(self.folder / "disk")], check=True)

    def disturb(self) -> None:
        """Do one thing, chosen by chance."""
        names = [name for name in WEIGHTS if name != "fill disk" or self.has_disk]
        fault = self.chance.choices(names, [WEIGHTS[name] for name in names])[0]
        assert self._process is not None
        if fault == "kill app":
            self._process.kill()
            self._process.wait()
            self.start()
        elif fault == "fill disk":
            self._fill_disk(self.chance.uniform(0.2, 3))
        elif fault == "cancel run":
            if not self._cancel():
                return
        else:
            processes = self._hosts() if fault == "kill host" else self._workers()
            if not processes:
                # They are just being started; another fault will find them.
                return
            victim = self.chance.choice(processes)
            with contextlib.suppress(psutil.NoSuchProcess):
                if fault.startswith("kill"):
                    victim.kill()
                else:
                    victim.send_signal(signal.SIGSTOP)
                    if fault == "stop worker":
                        time.sleep(self.chance.uniform(0.1, 2))
                        victim.send_signal(signal.SIGCONT)
        self.done[fault] += 1

    def states(self) -> dict[str, str]:
        """Return the state of each run that was made; "lost" for one that is not there."""
        store, found = Store(self.home), {}
        for run_id in self.ledger.read_text().split() if self.ledger.exists() else []:
            run = store.runs_folder / run_id
            state = store.state(store.get(run_id)) if run.is_dir() else None
            found[run_id] = state.name if state else "lost"
            if state and state.reason:
                self.reasons[state.reason] += 1
        return found

    def _cancel(self) -> bool:
        """Ask a run to cancel, as a page of any app does; return whether there was one to ask."""
        store = Store(self.home)
        candidates = [run for run in store.runs() if run.state().name not in ENDS]
        if not candidates:
            return False
        run = self.chance.choice(candidates)
        # Where nothing can be written, a page says so.
        with contextlib.suppress(MnistlabError):
            run.request("cancel")
            self.cancelled.add(run.id)
            return True
        return False

    def silences(self) -> int:
        """Return how many workers the app has ended because they gave no sign of life."""
        return (self.folder / "app.log").read_text(errors="replace").count(SILENCE)

    def wait_for_work(self) -> None:
        """Wait until some run has gone on since the last fault, but not for ever: the fault may be that none can."""
        end, before = time.monotonic() + MOST_WAIT, self._work()
        while self._work() == before and time.monotonic() < end:
            time.sleep(0.05)

    def _work(self) -> int:
        # Files come and go meanwhile.
        with contextlib.suppress(OSError):
            return sum(path.stat().st_size for path in self.home.glob("runs/*/events.jsonl"))
        return 0

    def settle(self, patience: float) -> dict[str, str]:
        """Wait until every run has ended; give up when nothing at all has changed for `patience` seconds."""
        self.ledger.with_suffix(".enough").touch()
        seen, since = None, time.monotonic()
        while True:
            states = self.states()
            events = [path.stat().st_size for path in self.home.glob("runs/*/events.jsonl")]
            if (states, events) != seen:
                seen, since = (states, events), time.monotonic()
            if set(states.values()) <= {*ENDS, "lost"} or time.monotonic() - since > patience:
                return states
            time.sleep(1)

    def _workers(self) -> list[psutil.Process]:
        return [process for process in self._family() if _says(process, "spawn_main")]

    def _hosts(self) -> list[psutil.Process]:
        return [process for process in self._family() if _says(process, "mnistlab.engine.host")]

    def _family(self) -> list[psutil.Process]:
        assert self._process is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self._process.pid).children(recursive=True)
        return []

    def _fill_disk(self, seconds: float) -> None:
        filler = self.folder / "disk" / "filler"
        with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(65_536))
        time.sleep(seconds)
        filler.unlink(missing_ok=True)


def _says(process: psutil.Process, word: str) -> bool:
    with contextlib.suppress(psutil.Error):
        return any(word in part for part in process.cmdline())
    return False


def _mount(disk: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEGABYTES}m", "tmpfs", str(disk)]
    return (
        shutil.which("mount") is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


def twins(folder: Path, train_size: int) -> list[dict]:
    """Return the weights of each recipe, trained here, undisturbed."""
    store, found = Store(folder / "twins"), []
    for number in range(RECIPES):
        run = store.create(recipe(number, train_size))
        assert execute(run, store).name == "finished"
        found.append(run.network().weights)
    return found


def wrong_results(home: Path, ledger: Path, expected: list[dict], finished: list[str]) -> list[str]:
    """Return the runs that are finished and differ from their twin, or have events that are not whole."""
    wrong = []
    for number, run_id in enumerate(ledger.read_text().split()):
        if run_id not in finished:
            continue
        run = Store(home).get(run_id)
        weights, twin = run.network().weights, expected[number % RECIPES]
        order = [event["done"] for event in run.event_log().read()]
        same = all((weights[name] == twin[name]).all() for name in twin)
        if not same or order != sorted(order) or any(run.path.rglob("*.part")):
            wrong.append(run_id)
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pause", type=float, default=1.5, help="most seconds from sign of work to fault")
    parser.add_argument("--busy", type=int, default=0, help="processes that burn the processors meanwhile")
    parser.add_argument("--patience", type=float, default=600.0, help="seconds without any change that count as stuck")
    parser.add_argument("--train-size", type=int, default=3000, help="digits a run learns from: how long it is at work")
    parser.add_argument("--app", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.app:
        app(given.app, given.train_size)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        disturber = Disturber(Path(name), random.Random(given.seed), given.train_size, given.busy > 0)
        try:
            expected = twins(Path(name), given.train_size)
            stack.enter_context(busy(given.busy, MOST_SECONDS))
            disturber.start()
            while sum(disturber.done.values()) < given.faults:
                # One in five meets whatever is just being started; the others find a run in the middle of its work.
                if disturber.chance.random() > STRAY:
                    disturber.wait_for_work()
                time.sleep(disturber.chance.uniform(0.05, given.pause))
                disturber.disturb()
                disturber.states()
            states = disturber.settle(given.patience)
            finished = [run for run, state in states.items() if state == "finished"]
            cancelled = [run for run, state in states.items() if state == "cancelled" and run in disturber.cancelled]
            stuck = sorted({*states} - {*finished} - {*cancelled})
            silences = disturber.silences()
            wrong = wrong_results(disturber.home, disturber.ledger, expected, finished)
        finally:
            disturber.end()
    figures = {
        "faults": dict(disturber.done),
        "disk": disturber.has_disk,
        "runs": len(states),
        "finished": len(finished),
        "cancelled": len(cancelled),
        "ended_for_silence": silences,
        "not_finished": {run: states[run] for run in stuck},
        "wrong": wrong,
        "reasons": dict(disturber.reasons.most_common(12)),
        "seconds": round(time.monotonic() - began),
    }
    print(json.dumps(figures, ensure_ascii=False))
    return 1 if stuck or wrong or not states else 0


if __name__ == "__main__":
    sys.exit(main())
