"""Other accounts of the same machine reach its loopback address; they run nothing as the app's account, and read nothing of it."""

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from support.accounts import FIRST, ROOT, SECOND, Accounts, other_accounts
from support.engines import SECONDS
from support.ports import listening, said_in_plain, said_over_tls, stranger
from support.processes import descendants, wait_until_gone
from support.waiting import wait_for

from mnistlab.engine.certificates import Certificate

# What somebody tries who has read Dask's documentation: any answer to any question means that they are in.
ATTACK = """
import asyncio, json, sys
from distributed.comm import connect
from distributed.core import send_recv
from mnistlab.engine.certificates import Certificate

async def enter(port, protocol, security):
    args = security.get_connection_args("client") if security else {}
    try:
        comm = await connect(f"{protocol}://127.0.0.1:{port}", timeout=20, **args)
        answer = await asyncio.wait_for(send_recv(comm, op="identity", close=True), 20)
        return [port, protocol, answer["type"]]
    except Exception as error:
        print(port, protocol, repr(error), file=sys.stderr)

async def main():
    mine = Certificate.new().security()
    tries = [enter(port, *how) for port in map(int, sys.argv[1:]) for how in (("tcp", None), ("tls", mine))]
    print(json.dumps([found for found in await asyncio.gather(*tries) if found]))

asyncio.run(main())
"""
READ = """
import contextlib, os, sys
for path in sys.argv[1:]:
    with contextlib.suppress(OSError):
        print(path, os.listdir(path))
    for name in (".door.lock", ".ready", "runs", "environ"):
        with contextlib.suppress(OSError):
            print(path, name, os.open(os.path.join(path, name), os.O_RDONLY))
"""


@dataclass(frozen=True)
class App:
    process: subprocess.Popen
    port: int
    home: Path
    log: Path

    def is_ready(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        with contextlib.suppress(OSError, urllib.error.HTTPError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready", timeout=60).status == 200
        return False

    def tree(self) -> list[psutil.Process]:
        return [psutil.Process(self.process.pid), *descendants(self.process.pid)]


@contextmanager
def running_app(home: Path, folder: Path, accounts: Accounts | None, account: str) -> Iterator[App]:
    """Start the app as an account (this test's own if there are no others) and wait for its workers; its log lies in `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mnistlab", "serve", "--port", str(port)]
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home.parent),
        "MNISTLAB_HOME": str(home),
        "MNISTLAB_DOWNLOAD": "",
        "STREAMLIT_SERVER_HEADLESS": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    log = folder / f"{account}.log"
    with log.open("wb") as file:
        options = {"env": environment, "stdout": file, "stderr": file}
        if accounts is None:
            process = subprocess.Popen(command, cwd=ROOT, **options)
        else:
            process = accounts.start(account, *command, **options)
    app, started = App(process, port, home, log), []
    try:
        wait_for(app.is_ready, SECONDS, "the app to be ready")
        started = app.tree()
        yield app
    finally:
        process.terminate()
        process.wait(60)
        if started:
            wait_until_gone(started)


@pytest.fixture(scope="module")
def accounts() -> Iterator[Accounts]:
    with other_accounts() as accounts:
        yield accounts


@pytest.fixture(scope="module")
def app(accounts: Accounts, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app of one account, whose home was made by hand and is open to all."""
    home = accounts.new_folder(FIRST)
    with running_app(home, tmp_path_factory.mktemp("first"), accounts, FIRST) as app:
        yield app


def engine_ports(app: App) -> list[int]:
    """Return the ports on which the app's processes listen, but the one it is there for."""
    return [port for port in listening(app.process.pid) if port != app.port]


def attack(accounts: Accounts, ports: list[int]) -> list:
    """Return where another account gets in."""
    command = [sys.executable, "-c", ATTACK, *map(str, ports)]
    shown = accounts.start(SECOND, *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said, refused = shown.communicate(timeout=SECONDS)
    assert shown.returncode == 0, refused
    return json.loads(said)


def test_another_account_runs_nothing_as_the_apps(app: App, accounts: Accounts) -> None:
    # Scheduler, two nannies and their workers; the worker for jobs may come later than the one for questions.
    ports = wait_for(
        lambda: len(found := engine_ports(app)) >= 5 and found, SECONDS, "scheduler, nannies and workers to listen"
    )
    assert len(ports) == 5
    assert attack(accounts, ports) == []


def test_the_attack_succeeds_where_nothing_is_asked_for(accounts: Accounts, tmp_path: Path) -> None:
    said = tmp_path / "scheduler.json"
    command = ["-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    scheduler = subprocess.Popen([sys.executable, *command, "--scheduler-file", str(said)], stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: said.exists() and said.read_text(), SECONDS, "the scheduler")
        port = int(json.loads(said.read_text())["address"].rpartition(":")[2])
        assert attack(accounts, [port]) == [[port, "tcp", "Scheduler"]]
    finally:
        scheduler.kill()
        scheduler.wait()


def test_another_account_reads_nothing(app: App, accounts: Accounts) -> None:
    scratch = {
        Path(file.path).parent
        for process in app.tree()
        for file in process.open_files()
        if "mnistlab-workers-" in file.path
    }
    assert scratch
    private = [app.home, *scratch, *(f"/proc/{process.pid}" for process in app.tree())]

    def read_by(account: str) -> list[str]:
        shown = accounts.start(
            account, sys.executable, "-c", READ, *map(str, private), stdout=subprocess.PIPE, text=True
        )
        said, _ = shown.communicate(timeout=SECONDS)
        # What the processes are called is for everybody to see.
        return [line for line in said.splitlines() if not line.startswith("/proc/") or " environ " in line]

    assert len(read_by(FIRST)) >= 3
    assert read_by(SECOND) == []


def test_the_home_and_all_in_it_are_the_owners(app: App) -> None:
    found = [app.home, *app.home.rglob("*")]
    assert {path.name for path in found} >= {".ready", "engines"}
    assert [path for path in found if path.stat().st_mode & 0o077] == []


def test_a_second_accounts_app_works_beside_the_first(app: App, accounts: Accounts, tmp_path: Path) -> None:
    with running_app(accounts.new_folder(SECOND), tmp_path, accounts, SECOND) as other:
        assert {process.username() for process in other.tree()} == {SECOND}
        assert not set(listening(other.process.pid)) & set(listening(app.process.pid))
        assert app.is_ready()


# Without other accounts


@pytest.fixture(scope="module")
def own(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app of another account where there is one, else of this test's own."""
    with contextlib.suppress(pytest.skip.Exception):
        yield request.getfixturevalue("app")
        return
    folder = tmp_path_factory.mktemp("own")
    with running_app(folder / "home", folder, None, "own") as app:
        yield app


def test_every_port_asks_for_a_certificate_or_is_the_app(own: App, tmp_path: Path) -> None:
    theirs = Certificate.new()
    (tmp_path / "theirs.pem").write_text(theirs.certificate)
    (tmp_path / "theirs.key").write_text(theirs.key)
    other = stranger(str(tmp_path / "theirs.pem"), str(tmp_path / "theirs.key"))
    ports = listening(own.process.pid)
    assert set(ports.values()) == {"127.0.0.1"}
    assert said_in_plain(own.port).startswith(b"HTTP/")
    for port in set(ports) - {own.port}:
        assert b"HTTP" not in said_in_plain(port)
        with pytest.raises(ssl.SSLError, match="CERTIFICATE_REQUIRED"):
            said_over_tls(port, stranger())
        with pytest.raises(ssl.SSLError):
            said_over_tls(port, other)


def test_the_key_is_in_no_place_that_others_see(own: App) -> None:
    for process in own.tree():
        assert "PRIVATE KEY" not in " ".join(process.cmdline())
        assert "PRIVATE KEY" not in " ".join(process.environ().values())
    assert "PRIVATE KEY" not in own.log.read_text()
