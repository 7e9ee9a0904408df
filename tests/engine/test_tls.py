"""A scheduler that speaks TLS only, as docs/deploy.md starts it: with its authority's certificates an app works, with others it is told why not."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.engines import SECONDS, submit, wait_for_state
from support.recipes import small_training
from support.sentences import assert_sentence
from support.waiting import wait_for

from mnistlab.engine import Engine, tasks
from mnistlab.engine.client import wait_until_ready
from mnistlab.settings import settings
from mnistlab.store.runs import Store

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl, which makes the certificates, is not there"
)

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def certificates(folder: Path) -> Path:
    """Make an authority, and a key and certificate signed by it; return their folder."""
    folder.mkdir()
    openssl(folder, "req", "-x509", *KEY, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=authority")
    openssl(folder, "req", *KEY, "-keyout", "lab.key", "-out", "lab.csr", "-subj", "/CN=lab")
    openssl(
        folder, "x509", "-req", "-in", "lab.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "lab.pem", "-days", "2",
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return certificates(tmp_path_factory.mktemp("tls") / "ours")


@pytest.fixture
def cluster(authority, tmp_path):
    """A scheduler and a worker that speak TLS only; returns the scheduler's address."""
    files = ["--tls-ca-file", "ca.pem", "--tls-cert", "lab.pem", "--tls-key", "lab.key"]
    said = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    # As docs/deploy.md sets it: both unpickle functions of mnistlab.
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    processes = [
        subprocess.Popen(
            [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--protocol", "tls", "--scheduler-file", said, *files],
            cwd=authority,
 env=environment,
        )
    ]  # fmt: skip
    try:
        wait_for(said.exists, SECONDS, "the scheduler")
        wait_for(said.read_text, SECONDS, "the scheduler's address")
        processes.append(
            subprocess.Popen(
                [*dask, "worker", "--scheduler-file", said, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--protocol", "tls",
                 "--resources", "long=1,short=1", "--preload", "mnistlab.engine.preload", "--local-directory", tmp_path, *files],
                cwd=authority,
 env=environment,
            )
        )  # fmt: skip
        yield json.loads(said.read_text())["address"]
    finally:
        for process in reversed(processes):
            process.terminate()
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
    home, cluster, authority, tmp_path, monkeypatch
) -> None:
    assert cluster.startswith("tls://")
    store = Store(home)
    engine = app(cluster, store, monkeypatch, authority)
    try:
        wait_until_ready(engine, SECONDS)
        run = submit(engine, small_training())
        wait_for_state(run, "finished")
        images = np.zeros((2, 28, 28), np.uint8)
        assert engine.ask(tasks.read_digits, run.id, images).result(SECONDS).shape == (2, 10)
    finally:
        engine.close()
    for folder in (None, certificates(tmp_path / "theirs")):
        stranger = app(cluster, store, monkeypatch, folder)
        try:
            wait_for(lambda stranger=stranger: stranger.phase == "failed", SECONDS, "the engine to give up")
            assert_sentence(stranger.reason)
            assert "MNISTLAB_TLS_CA" in stranger.reason
        finally:
            stranger.close()
