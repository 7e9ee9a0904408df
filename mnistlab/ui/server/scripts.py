"""Streamlit's own scripts, sent straight from their files: a first page asks for 130 of them.

Streamlit's way to a file (a thread, three looks at the disk, five layers) takes four milliseconds of the server's one interpreter; together that
kept the first page waiting for half a second.
"""

import re
from pathlib import Path

import streamlit
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

STATIC = Path(streamlit.__file__).parent / "static"
SCRIPTS = "static/js"
NAME = re.compile(r"[\w.-]+\.js")
# Their names carry a digest of what is in them.
HEADERS = [
    (b"content-type", b"application/javascript"),
    (b"cache-control", b"public, immutable, max-age=31536000"),
]


class Scripts:
    """Answers who asks for one of them; all else goes on.

    Arguments:
        app: Streamlit's.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._names = frozenset(path.name for path in (STATIC / SCRIPTS).iterdir() if NAME.fullmatch(path.name))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the script, or let the app answer."""
        name = self._name(scope)
        if name is None:
            await self._app(scope, receive, send)
            return
        body = (STATIC / SCRIPTS / name).read_bytes()
        length = (b"content-length", str(len(body)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, length]})
        await send({"type": "http.response.body", "body": body})

    def _name(self, scope: Scope) -> str | None:
        if scope["type"] != "http" or scope["method"] != "GET":
            return None
        folder, _, name = scope["path"].rpartition("/")
        base = str(config.get_option("server.baseUrlPath")).strip("/")
        return name if folder.strip("/") == f"{base}/{SCRIPTS}".strip("/") and name in self._names else None
