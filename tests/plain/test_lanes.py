"""Each lane is kept by itself: nannies that give up, and workers that never come up."""

import asyncio
import subprocess
import sys
from types import SimpleNamespace

import pytest
from distributed import Status

from mnistlab.engine import lanes


class Nanny:
    """As much of Dask's as a lane looks at. `life`: what becomes of it."""

    def __init__(self, life, process=None):
        self._life, self.process = life, process

    async def __aenter__(self):
        if self._life == "fails to start":
            raise RuntimeError("Nanny failed to start worker process")
        return self

    async def __aexit__(self, *_):
        pass

    async def finished(self):
        if self._life == "stays":
            await asyncio.Event().wait()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    for name in ("START_SECONDS", "LOOK_SECONDS", "REST_SECONDS"):
        monkeypatch.setattr(lanes, name, 0.01)


async def until(condition):
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


def test_a_lane_gets_another_nanny_until_one_stays():
    lives, made = ["fails to start", "gives up", "fails to start", "stays"], []

    def make():
        made.append(lives[len(made)])
        return Nanny(made[-1])

    async def look():
        lane = asyncio.create_task(lanes.keep_worker(make))
        await until(lambda: made == lives)
        await asyncio.sleep(0.1)
        assert made == lives
        assert not lane.done()
        lane.cancel()

    asyncio.run(look())


@pytest.mark.parametrize("status", [Status.starting, Status.running])
def test_only_a_worker_that_never_comes_up_is_killed(status):
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    nanny = Nanny("stays", SimpleNamespace(status=status, pid=process.pid))

    async def look():
        lane = asyncio.create_task(lanes.keep_worker(lambda: nanny))
        if status is Status.starting:
            await until(lambda: process.poll() is not None)
        else:
            await asyncio.sleep(0.5)
            assert process.poll() is None
        lane.cancel()

    try:
        asyncio.run(look())
    finally:
        process.kill()
        process.wait()
