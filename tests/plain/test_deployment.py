"""deploy/ and docs/deploy.md: one text in both, every file one that its program takes, every command one that works."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.deployment import (
    DEPLOY,
    DOCUMENT,
    ROOT,
    SYSTEMD,
    environment_file,
    find_nginx,
    free_port,
    install_nginx,
    make_certificates,
    nginx_command,
    service,
)

from mnistlab.recipes import TrainingRecipe
from mnistlab.settings import Settings
from mnistlab.store.runs import Store

FILES = sorted(path.relative_to(DEPLOY).as_posix() for path in DEPLOY.rglob("*") if path.is_file())
UNITS = sorted(path.name for path in SYSTEMD.glob("*.service"))
BLOCK = re.compile(r"((?:^ {4}.*\n)(?:^ {4}.*\n|^\n(?= {4}))*)", re.MULTILINE)
LINK = re.compile(r"\[`deploy/(.+)`\]\(\.\./deploy/(.+)\):\n\n$")


def blocks() -> tuple[dict[str, str], list[list[str]]]:
    """Return the files which the document shows, and its blocks of commands."""
    shown, commands = {}, []
    parts = BLOCK.split(DOCUMENT.read_text())
    for before, block in zip(parts[0::2], parts[1::2], strict=False):
        content = re.sub(r"^ {4}", "", block, flags=re.MULTILINE)
        if link := LINK.search(before):
            assert link[1] == link[2]
            shown[link[1]] = content.rstrip("\n") + "\n"
        else:
            commands.append(content.splitlines())
    return shown, commands


def test_the_document_shows_every_file_as_it_is() -> None:
    shown, _ = blocks()
    assert sorted(shown) == FILES
    for name, content in shown.items():
        assert content == (DEPLOY / name).read_text(), f"docs/deploy.md shows another deploy/{name}"


def test_every_setting_named_is_one() -> None:
    known = {f"MNISTLAB_{name.upper()}" for name in Settings.model_fields}
    for path in [DOCUMENT, *(DEPLOY / name for name in FILES)]:
        assert set(re.findall(r"MNISTLAB_[A-Z_]+[A-Z]", path.read_text())) <= known, path


def test_settings_of_the_units_can_be_used(monkeypatch) -> None:
    given = environment_file(SYSTEMD / "app.env") | environment_file(SYSTEMD / "cluster.env")
    for line in service("mnistlab@.service", "8501")["Environment"]:
        given |= dict(pair.split("=", 1) for pair in line.split())
    settings = Settings.model_validate({name.removeprefix("MNISTLAB_").lower(): text for name, text in given.items()})
    assert settings.host_names == ["lab.example.org"]


# What each program is asked with, that its options may be read off its answer.
HELP = {
    "-m mnistlab serve": [sys.executable, "-m", "mnistlab", "serve", "--help"],
    "dask scheduler": [sys.executable, "-m", "dask", "scheduler", "--help"],
    "dask worker": [sys.executable, "-m", "dask", "worker", "--help"],
}


def assert_options_known(command: str) -> None:
    (ask,) = [ask for words, ask in HELP.items() if words in command]
    known = subprocess.run(ask, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    options = [word.partition("=")[0] for word in shlex.split(command) if word.startswith("--")]
    assert options
    for option in options:
        assert re.search(rf"{option}\b", known), f"{option} is no option of {' '.join(ask[1:-1])}"


@pytest.mark.parametrize("unit", UNITS)
def test_units_have_descriptors_for_a_lab(unit: str) -> None:
    assert service(unit)["LimitNOFILE"] == ["65536"]


@pytest.mark.parametrize("unit", UNITS)
def test_command_lines_of_units_are_real(unit: str) -> None:
    (command,) = service(unit, "long")["ExecStart"]
    assert_options_known(command)


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_the_units(unit: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not there")
    for name in UNITS:
        text = (SYSTEMD / name).read_text().replace("/srv/mnistlab/venv", sys.prefix)
        (tmp_path / name).write_text(text)
    shown = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / unit.replace("@.", "@8501.")],
        capture_output=True, text=True, check=False, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"},
    )  # fmt: skip
    assert shown.stderr == ""
    assert shown.returncode == 0


@pytest.mark.parametrize("location", ["at-root.conf", "at-path.conf", "with-login.conf"])
def test_nginx_takes_the_site(location: str, tmp_path: Path) -> None:
    find_nginx()
    certificates = make_certificates(tmp_path / "tls")
    changes = {
        "/etc/nginx/tls/lab.example.org": str(certificates / "lab"),
        "listen 443": f"listen 127.0.0.1:{free_port()}",
        "listen 80": f"listen 127.0.0.1:{free_port()}",
        "    # server 127.0.0.1:8502;": "    server 127.0.0.1:8502;",
        "at-root.conf": location,
    }
    install_nginx(tmp_path, changes)
    shown = subprocess.run(nginx_command(tmp_path, "-t"), capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stderr
    assert "warn" not in shown.stderr


INSTRUCTIONS = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}


def test_the_containerfile_names_what_is_there() -> None:
    # That what it copies is enough, tests/browser/test_container.py shows.
    lines = [line.split(maxsplit=1) for line in (DEPLOY / "Containerfile").read_text().splitlines()]
    assert {word for word, _ in lines} <= INSTRUCTIONS
    assert all((ROOT / text.split()[0]).exists() for word, text in lines if word == "COPY")
    (command,) = [text for word, text in lines if word == "CMD"]
    assert_options_known(" ".join(json.loads(command)))


def test_docker_knows_the_options() -> None:
    if shutil.which("docker") is None:
        pytest.skip("docker is not there")
    _, commands = blocks()
    for line in [line for block in commands for line in block if line.startswith("docker ")]:
        words = shlex.split(line)
        known = subprocess.run(["docker", words[1], "--help"], capture_output=True, text=True, check=True).stdout
        for option in [word for word in words if word.startswith("--")]:
            assert re.search(rf"{option}\b", known), f"docker {words[1]} knows no {option}"


STUB = '#!/bin/sh\necho "$(basename "$0") $*" >> "$CALLS"\n'
# Accounts and services are not a test's to make: these are written down instead of being done. Everything else is done.
STUBS = dict.fromkeys(("useradd", "systemctl", "chown", "nginx", "docker"), STUB) | {
    "install": '#!/bin/sh\nexec /usr/bin/install $(echo "$@" | sed "s/--owner mnistlab//")\n',
    # An environment with everything in it already, in place of a new one.
    "python3": f'#!/bin/sh\necho "python3 $*" >> "$CALLS"\nln -s "{sys.prefix}" "$3"\n',
    "openssl": '#!/bin/sh\n[ "$1" = passwd ] && set -- "$@" -stdin\necho secret | exec /usr/bin/openssl "$@"\n',
}


@pytest.mark.skipif(
    os.name == "nt" or shutil.which("git") is None or shutil.which("openssl") is None or not (ROOT / ".git").exists(),
    reason="git and openssl, or the history of this checkout, are not there",
)
def test_the_commands_work_from_first_to_last(tmp_path: Path) -> None:
    checkout, tools, calls = tmp_path / "checkout", tmp_path / "tools", tmp_path / "calls"
    subprocess.run(["git", "clone", "--quiet", ROOT, checkout], check=True)
    # A continuous integration checks out a commit, an administrator a branch.
    subprocess.run(["git", "-C", checkout, "checkout", "--quiet", "-B", "main"], check=True)
    for place in ("srv/mnistlab", "etc/nginx/conf.d", "etc/systemd/system", "var/backups"):
        (tmp_path / place).mkdir(parents=True)
    tools.mkdir()
    for name, stub in STUBS.items():
        (tools / name).write_text(stub)
        (tools / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "CALLS": str(calls)}
    _, commands = blocks()
    for block in commands[1:]:
        script = re.sub(r"(?<![\w/])/(srv|etc|var)/", rf"{tmp_path}/\1/", "\n".join(block))
        shown = subprocess.run(
            ["bash", "-euc", script], cwd=checkout, env=environment, capture_output=True, text=True, check=False
        )
        assert shown.returncode == 0, f"{script}\n{shown.stderr}"
        if "useradd" in script:
            run = Store(tmp_path / "srv/mnistlab/store").create(TrainingRecipe(), "a run to be kept")
    restored = Store(tmp_path / "srv/mnistlab/store").get(run.id)
    assert (restored.name(), restored.recipe()) == (run.name(), run.recipe())
    assert (tmp_path / "srv/mnistlab/store.before").is_dir()
    assert sorted(path.name for path in (tmp_path / "etc/systemd/system").iterdir()) == UNITS
    assert re.fullmatch(r"ada:\$apr1\$.+\n", (tmp_path / "etc/nginx/mnistlab.users").read_text())
    secrets = tmp_path / "etc/mnistlab/app.env"
    assert secrets.stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(r"[0-9a-f]{32}", environment_file(secrets)["MNISTLAB_ADMIN_TOKEN"])
    said = calls.read_text()
    for service_of in UNITS:
        assert re.search(rf"systemctl enable --now .*{service_of.removesuffix('.service')}", said)
