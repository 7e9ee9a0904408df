"""Serve the app: for this machine, or, on request, for others."""

import errno
import os
import socket
import sys
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Never

from mnistlab.checkout import ROOT
from mnistlab.errors import MnistlabError
from mnistlab.log_lines import print_json_only
from mnistlab.settings import SERVER_ENVIRONMENT, Settings, settings

try:
    import resource
except ImportError:  # Windows has neither the module nor the limit.
    resource = None  # type: ignore[assignment]

Address = IPv4Address | IPv6Address
FIRST_PORT = 8501
PORTS_TRIED = 20
LOOPBACK, EVERYWHERE = ip_address("127.0.0.1"), ip_address("0.0.0.0")  # noqa: S104 - only with --lab, on purpose
# An open tab takes four; the usual limit of a service is 1,024.
DESCRIPTORS = 65_536
LAB_MEANS = (
    "Lab mode: every machine that reaches this one can open the app and train on it. Visitors are told apart by a token in their "
    "browsers, which is no login; what they send is not encrypted. Read docs/security.md. Stop it with Ctrl-C."
)
LAB_BEHIND = (
    "Lab mode at an address that only this machine reaches: others come in through a proxy on it. Read docs/security.md. "
    "Stop it with Ctrl-C."
)
SEES = {True: "Each visitor sees their own runs only.", False: "Everybody sees all runs."}


def serve(port: int | None, lab: bool, address: str | None = None) -> Never:
    """Become the server; does not return.

    Raises:
        MnistlabError: if the port is in use or invalid; or the address is invalid, none of this machine, or open to others without --lab.
    """
    # An invalid setting is reported here, before anything starts.
    lab = lab or settings().lab
    if settings().log_format == "json":
        print_json_only()
    listening = address_for(address, lab, settings())
    if port is not None and not 1 <= port <= 65535:
        raise MnistlabError(f"A port is a number from 1 to 65535. Received: {port}.")
    if port is None:
        port = next((port for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if _is_free(listening, port)), None)
        if port is None:
            raise MnistlabError(
                f"All ports from {FIRST_PORT} to {FIRST_PORT + PORTS_TRIED - 1} are in use; name one with --port."
            )
        if port != FIRST_PORT:
            print(f"Port {FIRST_PORT} is in use.")
    elif not _is_free(listening, port):
        raise MnistlabError(f"Port {port} is in use; name another with --port.")
    if lab:
        print(LAB_BEHIND if listening.is_loopback else LAB_MEANS, SEES[settings().private])
        os.environ["MNISTLAB_LAB"] = "1"
    print(f"The app opens at {url(listening, port)}", flush=True)
    for name, value in SERVER_ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    raise_descriptor_limit()
    os.chdir(ROOT)
    # Replaces this process, so that signals reach the server itself. Started from a file, Streamlit would add that file's folder to the
    # import path, where our short module names would hide other packages'.
    command = "from mnistlab.ui.server.server import main; main()"
    os.execv(sys.executable, [sys.executable, "-c", command, str(listening), str(port)])


def address_for(requested: str | None, lab: bool, settings: Settings) -> Address:
    """Return the address to listen on.

    Arguments:
        requested: value of --address, if any.
        lab: whether other machines may connect.
        settings: they decide if there is no --address.

    Raises:
        MnistlabError: if it is not an IP address, or is reachable for others without --lab.
    """
    address = settings.address
    if requested is not None:
        try:
            address = ip_address(requested)
        except ValueError:
            raise MnistlabError(
                f"--address is an IP address of this machine, such as 127.0.0.1, 0.0.0.0 (all) or ::1. Received: {requested[:80]!r}."
            ) from None
    if address is None:
        # Behind a proxy that handles logins, nobody may bypass it.
        return EVERYWHERE if lab and settings.login != "header" else LOOPBACK
    if not lab and not address.is_loopback:
        raise MnistlabError(
            f"Other machines reach the address {address}; add --lab if they are to come in. Without it the app is for this machine "
            "only, at 127.0.0.1 or ::1."
        )
    return address


def url(address: Address, port: int) -> str:
    """Return the app's URL for a browser; if it listens on all addresses, with this machine's name."""
    name = socket.gethostname() if address.is_unspecified else f"[{address}]" if address.version == 6 else str(address)
    return f"http://{name}:{port}"


def raise_descriptor_limit(most: int = DESCRIPTORS) -> None:
    """Raise the limit of open files and connections for this process and its children as far as the system allows, up to `most`."""
    if resource is None:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _is_free(address: Address, port: int) -> bool:
    """Return whether the server could listen on the port.

    Raises:
        MnistlabError: if it never could.
    """
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            # Like the server itself: a port with an old connection in TIME_WAIT counts as free.
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((str(address), port))
    except OSError as error:
        if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL):
            raise MnistlabError(f"This machine has no address {address}. Name one of its own with --address.") from None
        if error.errno == errno.EACCES:
            raise MnistlabError(
                f"This account may not open port {port}; name one above 1023 with --port, and put a proxy in front."
            ) from None
        return False
    return True
