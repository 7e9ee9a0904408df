"""Where the app listens, and what it says before it starts."""

import os
import socket
import subprocess
import sys
from ipaddress import ip_address

import pytest
from support.sentences import refused

from mnistlab.commands.serve import DESCRIPTORS, _is_free, address_for, raise_descriptor_limit, serve, url
from mnistlab.errors import MnistlabError, RecipeError
from mnistlab.settings import Settings, settings

HEADER = {"login": "header", "user_header": "X-User"}


def chosen(given=None, lab=False, **variables):
    return str(address_for(given, lab, Settings(**variables)))


def test_only_a_lab_is_open_and_one_behind_a_login_is_not():
    assert chosen() == "127.0.0.1"
    assert chosen(lab=True) == "0.0.0.0"
    assert chosen(lab=True, **HEADER) == "127.0.0.1"
    assert chosen(lab=True, login="oidc") == "0.0.0.0"


def test_an_address_that_is_named_is_taken():
    assert chosen(lab=True, address="192.0.2.7") == "192.0.2.7"
    assert chosen("::", lab=True, address="192.0.2.7") == "::"
    assert chosen("0.0.0.0", lab=True, **HEADER) == "0.0.0.0"
    assert chosen("::1") == "::1"
    assert chosen("127.0.0.2") == "127.0.0.2"


@pytest.mark.parametrize("text", ["lab", "localhost", "1.2.3", "::1::", "", "1.2.3.4:80", "x" * 5000, "a\nb"])
def test_what_is_no_address_is_said_in_one_sentence(text, monkeypatch):
    with refused(MnistlabError, "--address"):
        chosen(text)
    if text:
        monkeypatch.setenv("MNISTLAB_ADDRESS", text)
        settings.cache_clear()
        with refused(RecipeError, "MNISTLAB_ADDRESS"):
            settings()


@pytest.mark.parametrize("text", ["0.0.0.0", "::", "192.0.2.7"])
def test_without_a_lab_nobody_else_is_let_in_by_the_way(text):
    with refused(MnistlabError, "add --lab"):
        chosen(text)
    with refused(MnistlabError, "add --lab"):
        chosen(address=text)


def test_an_address_of_another_machine_is_told(monkeypatch):
    with refused(MnistlabError, "no address 192.0.2.250"):
        serve(8501, True, "192.0.2.250")


@pytest.mark.parametrize("text", ["127.0.0.1", "127.0.0.2", "::1"])
def test_a_port_that_is_taken_is_not_free(text):
    address = ip_address(text)
    with socket.socket(socket.AF_INET6 if address.version == 6 else socket.AF_INET) as other:
        try:
            other.bind((text, 0))
        except OSError:
            pytest.skip(f"this machine has no {text}")
        other.listen()
        port = other.getsockname()[1]
        assert not _is_free(address, port)
        with refused(MnistlabError, "in use"):
            serve(port, False, text)


def test_the_place_is_said_as_a_browser_takes_it():
    assert url(ip_address("127.0.0.1"), 8501) == "http://127.0.0.1:8501"
    assert url(ip_address("::1"), 8501) == "http://[::1]:8501"
    assert url(ip_address("0.0.0.0"), 8501) == f"http://{socket.gethostname()}:8501"


def test_the_limit_of_descriptors_is_raised_and_never_lowered():
    """In a process of its own, since the limit is of the whole process."""
    resource = pytest.importorskip("resource")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 900 if hard == resource.RLIM_INFINITY else min(900, hard)
    program = (
        "import resource\n"
        "from mnistlab.commands.serve import raise_descriptor_limit\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, (300, {hard}))\n"
        "for most in (900, 500): raise_descriptor_limit(most)\n"
        "print(*resource.getrlimit(resource.RLIMIT_NOFILE))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(most), str(hard)]
    assert raise_descriptor_limit(1) is None


def test_a_server_starts_with_more_descriptors_than_a_unit_gives_it(tmp_path):
    """systemd's default is 1024, which 250 tabs use up."""
    resource = pytest.importorskip("resource")
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    program = (
        "import os, resource\n"
        "from mnistlab.commands.serve import serve\n"
        "def become(*_): print('limit', resource.getrlimit(resource.RLIMIT_NOFILE)[0])\n"
        "os.execv = become\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, (300, {hard}))\n"
        "serve(None, False)\n"
    )
    home = {"MNISTLAB_HOME": str(tmp_path), "MNISTLAB_LAB": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ, **home}
    )
    most = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(DESCRIPTORS, hard)
    assert done.stdout.splitlines()[-1] == f"limit {most}"
