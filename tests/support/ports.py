"""Which ports a program has opened, and what comes back from them."""

import socket
import ssl

import psutil
from support.processes import answers, descendants, listening_at

PATIENCE = 30.0
REQUEST = b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n"


def listening(pid: int) -> dict[int, str]:
    """Return the TCP ports at which a process and all it has started listen -> the address they listen on."""
    family = [psutil.Process(pid), *descendants(pid)]
    return {port: address for _, ports in answers(family, listening_at) for port, address in ports.items()}


def said_in_plain(port: int) -> bytes:
    """Return what comes back from a question a browser would ask."""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
        line.sendall(REQUEST)
        try:
            return line.recv(4096)
        except ConnectionResetError:
            return b""


def said_over_tls(port: int, context: ssl.SSLContext) -> bytes:
    """Return what comes back over TLS before anything is asked, or b"" if the other side waits.

    Raises:
        ssl.SSLError: the other side wants another certificate.
    """
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
        # In TLS 1.3 who connects has done with its part before the other side has looked at the certificate.
        with context.wrap_socket(line) as talk:
            return talk.recv(4096)


def stranger(certificate: str = "", key: str = "") -> ssl.SSLContext:
    """Return how somebody speaks who takes any server, showing a certificate (a file with both) if they have one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if certificate:
        context.load_cert_chain(certificate, key)
    return context
