"""The scheduler and workers of deploy/systemd, which speak TLS only: with its authority's certificates an app works, with others it is told why not."""

from pathlib import Path

import numpy as np
import pytest
from support.deployment import Installed, make_certificates
from support.engines import SECONDS, submit, wait_for_state
from support.recipes import small_training
from support.sentences import assert_sentence
from support.waiting import wait_for

from mnistlab.engine import Engine
from mnistlab.engine.client import wait_until_ready
from mnistlab.engine.tasks.digits import read_digits
from mnistlab.settings import settings
from mnistlab.store.runs import Store


@pytest.fixture
def installed(tmp_path):
    return Installed(tmp_path)


@pytest.fixture
def cluster(installed, home):
    """The scheduler and workers of the units; returns the scheduler's address."""
    processes = [
        installed.start("mnistlab-scheduler.service"),
        *(installed.start("mnistlab-worker@.service", lane, MNISTLAB_HOME=str(home)) for lane in ("short", "long")),
    ]
    try:
        yield f"tls://127.0.0.1:{installed.scheduler}"
    finally:
        # All at once: one after the other, each would wait for what it has lost.
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(60)


def app(address: str, store: Store, monkeypatch: pytest.MonkeyPatch, folder: Path | None) -> Engine:
    monkeypatch.setenv("MNISTLAB_SCHEDULER", address)
    for name, file in (("CA", "ca.pem"), ("CERT", "lab.pem"), ("KEY", "lab.key")):
        if folder is None:
            monkeypatch.delenv(f"MNISTLAB_TLS_{name}", raising=False)
        else:
            monkeypatch.setenv(f"MNISTLAB_TLS_{name}", str(folder / file))
    settings.cache_clear()
    return Engine(store, settings())


def test_work_is_done_over_tls_and_only_with_the_right_certificates(
    home, cluster, installed, tmp_path, monkeypatch
) -> None:
    store = Store(home)
    engine = app(cluster, store, monkeypatch, installed.certificates)
    try:
        wait_until_ready(engine, SECONDS)
        run = submit(engine, small_training())
        wait_for_state(run, "finished")
        images = np.zeros((2, 28, 28), np.uint8)
        assert engine.ask(read_digits, run.id, images).result(SECONDS).shape == (2, 10)
    finally:
        engine.close()
    for folder in (None, make_certificates(tmp_path / "theirs")):
        stranger = app(cluster, store, monkeypatch, folder)
        try:
            wait_for(lambda stranger=stranger: stranger.phase == "failed", SECONDS, "the engine to give up")
            assert_sentence(stranger.reason)
            assert "MNISTLAB_TLS_CA" in stranger.reason
        finally:
            stranger.close()
