"""A browser tab without a browser: a websocket that speaks Streamlit's protocol."""

import socket
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

PATIENCE = 60
OPENED = BackMsg(rerun_script={"query_string": ""}).SerializeToString()


@contextmanager
def open_tab(
    address: str, comes_from: str = "127.0.0.1", name: str = "", origin: str | None = None, **headers: str
) -> Iterator["Tab"]:
    """Open a websocket to the server at `address`.

    Arguments:
        address: as a browser has it, http://127.0.0.1:8501.
        comes_from: the peer's address.
        name: under which name (and port) the server is asked, if it is not that of `address`.
        origin: where the page is from; its own by default.
        headers: besides.
    """
    place = urlsplit(address)
    name = name or place.netloc
    line = socket.create_connection((place.hostname, place.port), PATIENCE, (comes_from, 0))
    with connect(
        f"ws://{name}/_stcore/stream",
        sock=line,
        subprotocols=["streamlit"],
        origin=origin or f"http://{name}",
        additional_headers=headers,
        max_size=None,
        open_timeout=PATIENCE,
    ) as opened:
        yield Tab(opened)


def refusal(address: str, **how: str) -> int:
    """Return the status with which a websocket is refused; 0: it is let in."""
    try:
        with open_tab(address, **how):
            return 0
    except InvalidStatus as error:
        return error.response.status_code


class Tab:
    """An open tab."""

    def __init__(self, line: ClientConnection) -> None:
        self.line = line

    def run(self, content: bytes = OPENED) -> list[ForwardMsg]:
        """Send a message and return all that comes until the script has run."""
        self.line.send(content)
        got = []
        while not got or got[-1].WhichOneof("type") != "script_finished":
            got.append(ForwardMsg.FromString(self.line.recv(PATIENCE)))
        return got


def cookies_of(address: str, **headers: str) -> dict[str, str]:
    """Return the cookies a browser gets before it opens its websocket."""
    found = SimpleCookie()
    for path in ("/", "/_stcore/health"):
        request = urllib.request.Request(address + path, headers={"Accept": "text/html", **headers})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            for line in answer.headers.get_all("set-cookie") or []:
                found.load(line)
    return {name: morsel.value for name, morsel in found.items()}
