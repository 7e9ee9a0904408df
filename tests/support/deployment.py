"""The files of deploy/ as an administrator would have installed them, at places and ports of a test."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCUMENT = ROOT / "docs" / "deploy.md"
SYSTEMD, NGINX = DEPLOY / "systemd", DEPLOY / "nginx"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def environment_file(path: Path) -> dict[str, str]:
    """Return what a file of systemd's form sets."""
    lines = [line.strip() for line in path.read_text().splitlines()]
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def service(unit: str, instance: str = "") -> dict[str, list[str]]:
    """Return the section [Service] of a unit, key -> values, `%i` filled in."""
    text = (SYSTEMD / unit).read_text().replace("\\\n", " ").replace("%i", instance)
    section = text.partition("[Service]\n")[2].partition("\n[")[0]
    found: dict[str, list[str]] = {}
    for line in section.splitlines():
        if line and not line.startswith("#"):
            key, value = line.split("=", 1)
            found.setdefault(key, []).append(value)
    return found


class Installed:
    """deploy/ installed under `folder`: its paths are those of the documents, each moved there.

    Attributes:
        certificates: where scheduler, workers and apps have theirs.
        store: the folder of runs.
    """

    def __init__(self, folder: Path) -> None:
        self.certificates, self.store, self._run = folder / "tls", folder / "store", folder / "run"
        self.scheduler = free_port()
        self._moved = {
            "/srv/mnistlab/app": str(ROOT),
            "/srv/mnistlab/venv": sys.prefix,
            "/srv/mnistlab/store": str(self.store),
            "/etc/mnistlab/tls": str(self.certificates),
            "/run/mnistlab": str(self._run / "mnistlab"),
            ":8786": f":{self.scheduler}",
        }
        self.store.mkdir(exist_ok=True)
        self._run.mkdir()
        make_certificates(self.certificates)

    def moved(self, text: str) -> str:
        for place, here in self._moved.items():
            text = text.replace(place, here)
        return text

    def start(self, unit: str, instance: str = "", **more: str) -> subprocess.Popen:
        """Start what a unit starts, as it starts it; `more`: variables besides those of its files."""
        wanted = service(unit, instance)
        variables = environment_file(SYSTEMD / "cluster.env")
        for line in wanted["Environment"]:
            variables |= dict(pair.split("=", 1) for pair in line.split())
        variables = {name: self.moved(value) for name, value in variables.items()} | more
        (command,) = wanted["ExecStart"]
        command = re.sub(r"\$\{(\w+)\}", lambda found: variables[found[1]], self.moved(command))
        return subprocess.Popen(
            command.split(),
            cwd=self.moved(wanted["WorkingDirectory"][0]),
            env={**without_settings(), **variables},
            stdout=subprocess.DEVNULL,
        )


def without_settings() -> dict[str, str]:
    """Return this process's variables, less those that are settings of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MNISTLAB_")}


def make_certificates(folder: Path) -> Path:
    """Make an authority, and a key and certificate signed by it; skip the test where that cannot be done."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificates, is not there")
    subprocess.run([DEPLOY / "certificates.sh", folder], check=True, capture_output=True)
    return folder


def find_nginx() -> str:
    """Return where nginx is; skip the test where there is none."""
    executable = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if executable is None:
        pytest.skip("nginx is not there (Debian: nginx-light)")
    return executable


def install_nginx(folder: Path, changes: Mapping[str, str], log_format: str = "$request $status") -> None:
    """Lay deploy/nginx into `folder` as it lies in /etc/nginx, with each of `changes` made in mnistlab.conf."""
    shutil.copytree(NGINX / "mnistlab", folder / "mnistlab", dirs_exist_ok=True)
    site = (NGINX / "mnistlab.conf").read_text()
    for text, instead in changes.items():
        assert text in site, f"mnistlab.conf has no “{text}”"
        site = site.replace(text, instead)
    (folder / "mnistlab.conf").write_text(site)
    for included in (folder / "mnistlab").iterdir():
        included.write_text(included.read_text().replace("/etc/nginx", str(folder)))
    user = "user root root;" if os.geteuid() == 0 else ""
    places = " ".join(f"{kind}_temp_path temp-{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(
        f"{user} worker_processes 1; pid nginx.pid; error_log stderr warn; events {{ }}\n"
        f"http {{ log_format ours '{log_format}'; access_log access.log ours; {places} include mnistlab.conf; }}\n"
    )


def nginx_command(folder: Path, *more: str) -> list[str]:
    return [find_nginx(), "-p", str(folder), "-c", "nginx.conf", "-e", "stderr", *more]


@contextmanager
def running_nginx(folder: Path) -> Iterator[subprocess.Popen]:
    """nginx on what `install_nginx` laid there, in the foreground."""
    process = subprocess.Popen(nginx_command(folder, "-g", "daemon off;"))
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)
