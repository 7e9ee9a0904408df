"""What every request passes before Streamlit sees it: host names, security headers, and the browser's token.

Plain ASGI, since Starlette's own base class for middleware does not let websockets through.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

from mnistlab.logs import Seldom

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

TOKEN = re.compile(r"[A-Za-z0-9_-]{32,64}")
YEAR = 365 * 24 * 3600
# Everything comes from this server. Streamlit puts its styles into the page, Plotly makes pictures of blobs, and the drawing pad's
# script is one, a photograph is fetched from its own data; nothing is ever evaluated from text. One script stands in Streamlit's page itself, so it is named by its digest.
POLICY = {
    "default-src": "'self'",
    "script-src": "'self' blob:",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self' data:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Connections:
    """How many websockets, that is browser tabs, are open. One for the process: Starlette makes the gate, and nobody else meets it."""

    def __init__(self) -> None:
        self.count = 0


connections = Connections()
_turned_away = Seldom("turned away: a name this server does not answer to")


def policy(inline_scripts: list[str]) -> str:
    """Return the content policy; `inline_scripts`: digests of scripts that stand in the page itself."""
    named = "".join(f" 'sha256-{digest}'" for digest in inline_scripts)
    return "; ".join(f"{name} {value}{named if name == 'script-src' else ''}" for name, value in POLICY.items())


class Gate:
    """Wraps the whole app.

    Arguments:
        app: what comes after.
        cookie: name of the browser's token; "" to give none.
        hosts: names under which the server may be reached; none: any.
        content_policy: see `policy`.
    """

    def __init__(self, app: App, cookie: str, hosts: list[str], content_policy: str) -> None:
        self._app, self._cookie = app, cookie
        self._hosts = {host.lower() for host in hosts}
        self._headers = [
            (name.lower().encode(), value.encode())
            for name, value in {**HEADERS, "Content-Security-Policy": content_policy}.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or turn it away."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif self._hosts and _host(scope) not in self._hosts:
            await _turn_away(scope, send)
        elif scope["type"] == "http":
            await self._app(scope, receive, self._marked(scope, send))
        else:
            connections.count += 1
            try:
                await self._app(scope, receive, send)
            finally:
                connections.count -= 1

    def _marked(self, scope: Scope, send: Send) -> Send:
        fresh = self._fresh_cookie(scope)

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Ours come last and alone: what Streamlit set of the same name goes.
                ours = {name for name, _ in self._headers}
                headers = [entry for entry in message.get("headers", []) if entry[0].lower() not in ours]
                message = {**message, "headers": [*headers, *self._headers, *fresh]}
            await send(message)

        return marked

    def _fresh_cookie(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """Return the header that gives a browser its token, unless it shows one."""
        page = b"text/html" in _header(scope, b"accept")
        if not self._cookie or not page or TOKEN.fullmatch(_cookie(scope, self._cookie)):
            return []
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        value = f"{self._cookie}={secrets.token_urlsafe(32)}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax{secure}"
        return [(b"set-cookie", value.encode())]


def _header(scope: Scope, name: bytes) -> bytes:
    return next((bytes(value) for key, value in scope["headers"] if key.lower() == name), b"")


def _host(scope: Scope) -> str:
    """Return the host name a request is for, without its port."""
    host = _header(scope, b"host").decode("latin-1").lower()
    name = host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
    return name.rstrip(".")


def _cookie(scope: Scope, name: str) -> str:
    try:
        found = SimpleCookie(_header(scope, b"cookie").decode("latin-1")).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


async def _turn_away(scope: Scope, send: Send) -> None:
    _turned_away.tell(host=_host(scope))
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": b"This server does not answer to that name.\n"})
