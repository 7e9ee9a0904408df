"""Workers on two machines: one is cut off in the middle of a job, and the job ends on the other."""

import os
import signal
import subprocess
import sys

import psutil
import pytest
from support.engines import RECIPE, SECONDS, assert_same_weights, wait_for_middle_of_epoch, wait_for_state
from support.network_spaces import HUB, PORT, SIDES, three_machines
from support.processes import answers, descendants, is_alive
from support.waiting import wait_for

from mnistlab.store.runs import Store

APP = """
import sys
from mnistlab.engine import Engine
from mnistlab.recipes import parse_json, read_recipe
from mnistlab.settings import settings
from mnistlab.store.runs import Store

store = Store(settings().home)
engine = Engine(store, settings())
print(engine.start(read_recipe(parse_json(sys.argv[1])), "far away").run.id, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def environment(home):
    """What all three have: the same store, and little patience with silent lines."""
    return {
        **os.environ,
        "MNISTLAB_HOME": str(home),
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "DASK_DISTRIBUTED__COMM__TIMEOUTS__TCP": "12s",
        "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "30s",
        "DASK_LOGGING__DISTRIBUTED": "critical",
    }


@pytest.fixture
def machines():
    with three_machines() as machines:
        yield machines


@pytest.fixture
def started(machines, environment, home):
    """The processes by machine: a scheduler on the hub, a worker on each side."""
    home.mkdir()
    quiet = {"env": environment, "cwd": home.parent, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = ["-m", "distributed.cli.dask_scheduler", "--host", "0.0.0.0", "--port", str(PORT), "--no-dashboard"]
    worker = [
        "-m",
        "distributed.cli.dask_worker",
        "--nthreads",
        "1",
        "--no-dashboard",
        "--preload",
        "mnistlab.engine.preload",
    ]
    processes = {HUB: machines.start(HUB, sys.executable, *scheduler, **quiet)}
    for side in SIDES:
        processes[side] = machines.start(side, sys.executable, *worker, machines.address(side), **quiet)
    yield processes
    for process in processes.values():
        family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.kill()
        process.wait()
        for member in family:
            if is_alive(member):
                member.send_signal(signal.SIGKILL)


def worker_at(run, started):
    """Return the side whose worker holds the run's lock, and that worker."""
    lock = str(run.path / ".lock")
    for side in SIDES:
        for process, files in answers(descendants(started[side].pid), psutil.Process.open_files):
            if any(file.path == lock for file in files):
                return side, process
    return None


@pytest.mark.soak
def test_a_job_of_a_machine_that_is_cut_off_ends_on_the_other(machines, started, environment, home, undisturbed):
    environment = environment | {"MNISTLAB_SCHEDULER": f"tcp://127.0.0.1:{PORT}"}
    app = machines.start(
        HUB,
        sys.executable,
        "-c",
        APP,
        RECIPE.to_json(),
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        run = Store(home).get(app.stdout.readline().strip())
        wait_for_middle_of_epoch(run)
        # The store is not cut off here: an unpaused run might reach its end before its worker notices that it is alone.
        run.request("pause")
        wait_for_state(run, "paused")
        side, worker = wait_for(lambda: worker_at(run, started), SECONDS, "the worker that has the run")
        machines.cut(side)
        wait_for(lambda: not is_alive(worker), SECONDS, "the end of the worker that was cut off")
        # A paused run needs no worker; it gets one when it may go on.
        wait_for(lambda: len(run.state().losses) == 1, SECONDS, "the loss to be noticed")
        assert run.state().name == "paused"
        run.request("resume")
        other, _ = wait_for(lambda: worker_at(run, started), SECONDS, "the other worker to have the run")
        assert other != side
        wait_for_state(run, "finished")
        assert run.state().attempts == 2
        assert_same_weights(run, undisturbed)
    finally:
        app.stdin.close()
        app.wait(60)
        app.stdout.close()
