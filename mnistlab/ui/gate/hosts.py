"""The host names a server answers to.

Another web page can point its own name to this machine, and so make a visitor's browser send requests here as if to its own server ("DNS
rebinding"). It cannot use a name that cannot be registered, nor a plain IP address.
"""

import re
import socket
from collections.abc import Callable, Iterable
from pathlib import Path

from mnistlab.ui.gate.proxies import read_address

# Metrics and health checks: they contain no visitor's data, and monitoring asks from this machine or by address.
WATCHED = ("/health", "/ready", "/metrics")
# Reserved for local machines: RFC 6761, 6762, 8375 and ICANN's resolution of 2024.
LOCAL_ENDINGS = (".localhost", ".local", ".home.arpa", ".internal")
READABLE = re.compile(r"[a-z0-9._-]{1,253}")
RESOLVER = Path("/etc/resolv.conf")


class Hosts:
    """The names to answer to.

    Arguments:
        names: allowed names; "*": any.
        also: whether another plain name is allowed.
    """

    def __init__(self, names: Iterable[str] = (), also: Callable[[str], bool] | None = None) -> None:
        self._names = {plain_name(name) for name in names}
        self._any = "*" in self._names
        self._also = also or (lambda name: False)

    def answer_to(self, host: str, path: str) -> bool:
        """Return whether a request with this Host header is answered at `path`."""
        name = plain_name(host)
        if self._any or name in self._names or self._also(name):
            return True
        return path in WATCHED and (is_loopback(name) or read_address(name) is not None)


def refusal(host: str, lab: bool) -> str:
    """Return the message for a request with another name."""
    name = plain_name(host)
    if not lab:
        return "This server answers to localhost only."
    if not READABLE.fullmatch(name):
        return "This server does not answer to that name."
    return f"This server does not answer to the name {name}. Whoever runs it can let the name in: MNISTLAB_HOSTS={name}"


def plain_name(host: str) -> str:
    """Return the name in a Host header, without its port: `lab.example:8501` -> `lab.example`, `[::1]:80` -> `[::1]`."""
    host = host.strip().lower()
    name = host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
    return name.rstrip(".")


def is_loopback(name: str) -> bool:
    """Return whether a plain name always means the client's own machine."""
    address = read_address(name)
    return name == "localhost" or (address is not None and address.is_loopback)


def is_at_hand(name: str) -> bool:
    """Return whether a plain name cannot belong to another web page: an IP address, a name without a dot, or one reserved for local machines."""
    if read_address(name) is not None:
        return True
    return bool(READABLE.fullmatch(name)) and ("." not in name or name.endswith(LOCAL_ENDINGS))


def own_names() -> list[str]:
    """Return the names of this machine that it knows without a network request."""
    name = socket.gethostname().lower()
    try:
        lines = RESOLVER.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    domains = [domain for line in lines if line.split()[:1] in (["search"], ["domain"]) for domain in line.split()[1:]]
    short = name.partition(".")[0]
    return list(dict.fromkeys([name, *(f"{short}.{domain.strip('.').lower()}" for domain in domains if domain != ".")]))
