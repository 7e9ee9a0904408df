"""Helpers for ASGI (asgi.readthedocs.io) that the parts of the gate share."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.requests import HTTPConnection

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
POLICY_VIOLATION = 1008


def headers_of(scope: Scope, name: str) -> list[str]:
    """Return the values of all headers with this (lower-case) name."""
    return [bytes(value).decode("latin-1") for key, value in scope["headers"] if key.lower() == name.encode()]


def header(scope: Scope, name: str) -> str:
    """Return the first header with this (lower-case) name, or ""."""
    return next(iter(headers_of(scope, name)), "")


def cookie(scope: Scope, name: str) -> str:
    """Return the value of the browser's cookie with this name, or "".

    Read as Streamlit reads it for the pages, also where it comes twice or in several headers: pages and gate see the same visitor.
    (`http.cookies` stops at the first cookie that it dislikes: whoever has one of another program on the same host would be a new
    visitor at each load.)
    """
    # (Of a copy, because Starlette writes into it.)
    return HTTPConnection(dict(scope)).cookies.get(name, "")


async def turn_away(scope: Scope, send: Send, status: int, sentence: str) -> None:
    """Answer with a sentence and an error status; close a websocket before it is open."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        return
    # The rest of the body is not read, so the connection cannot be used again.
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": sentence.encode() + b"\n"})
