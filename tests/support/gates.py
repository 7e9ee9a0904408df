"""Requests as ASGI brings them, and what they are answered."""

import asyncio
from collections.abc import Sequence


def scope_of(kind="http", path="/", scheme=None, client="192.0.2.7", method="GET", **headers):
    """Return a request. Of a header given as a list there are several; `_` stands for `-`, `__` for itself."""
    entries = []
    for name, values in headers.items():
        key = name.replace("__", "\0").replace("_", "-").replace("\0", "_").encode()
        for value in values if isinstance(values, list) else [values]:
            entries.append((key, value.encode("latin-1")))
    scheme = scheme or ("http" if kind == "http" else "ws")
    return {
        "type": kind,
        "scheme": scheme,
        "method": method,
        "path": path,
        "client": (client, 50_000) if client else None,
        "headers": entries,
    }


def answer(app, scope, chunks: Sequence[bytes] = ()):
    """Return the messages a request is answered with; `chunks`: its body as it comes."""
    sent, left = [], [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    left.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive():
        return left.pop(0)

    async def send(message):
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent
