"""The gate itself: identifies each request, admits or refuses it, and adds headers to every response.

Plain ASGI, because Starlette's base class for middleware does not support websockets.
"""

import re
import secrets

from mnistlab.logs import Seldom
from mnistlab.ui.gate.asgi import App, Message, Receive, Scope, Send, cookie, header, turn_away
from mnistlab.ui.gate.floods import Floods
from mnistlab.ui.gate.hosts import Hosts, refusal
from mnistlab.ui.gate.origins import own_page
from mnistlab.ui.gate.proxies import Proxies, network_of
from mnistlab.ui.gate.uploads import StrangePathError, TooMuchError, Uploads, sentence, to_tell

# Streamlit's own metrics, with counts of its caches; ours are at /metrics.
CLOSED = ("/_stcore/metrics",)
TOKEN = re.compile(r"[A-Za-z0-9_-]{32,64}")
YEAR = 365 * 24 * 3600
# Everything comes from this server. Streamlit puts its styles into the page, Plotly makes pictures of blobs, the drawing pad's
# script is a blob, and a photograph is fetched from its own data; text is never evaluated. One script is inside Streamlit's page, so it is allowed by its digest.
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
    """The number of open websockets, that is browser tabs. One object per process, because Starlette creates the gate and keeps it to itself."""

    def __init__(self) -> None:
        self.count = 0


connections = Connections()
# Logged for people who set up a proxy; rate-limited against floods.
_other_name = Seldom("turned away: a name this server does not answer to")
_too_much = Seldom("upload refused")
_other_page = Seldom("turned away: a page that is not this server's; a proxy must pass on Host as it came")


def policy(inline_scripts: list[str]) -> str:
    """Return the content security policy; `inline_scripts`: digests of the scripts inside the page."""
    named = "".join(f" 'sha256-{digest}'" for digest in inline_scripts)
    return "; ".join(f"{name} {value}{named if name == 'script-src' else ''}" for name, value in POLICY.items())


class Gate:
    """Middleware around the whole app.

    Arguments:
        app: the wrapped app.
        cookie: name of the browser's token; "" to give none, for a server of one person.
        hosts: the names it answers to.
        proxies: the trusted proxies.
        uploads: the upload limits; None: no limits.
        content_policy: from `policy`.
    """

    def __init__(
        self, app: App, cookie: str, hosts: Hosts, proxies: Proxies, uploads: Uploads | None, content_policy: str
    ) -> None:
        self._app, self._cookie = app, cookie
        self._hosts, self._proxies, self._uploads = hosts, proxies, uploads
        self._floods = Floods()
        self._headers = [
            (name.lower().encode(), value.encode())
            for name, value in {**HEADERS, "Content-Security-Policy": content_policy}.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, or refuse it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scope = self._proxies.seen_through(scope)
        host = header(scope, "host")
        # A visitor who is turned away gets the headers, too, but no token.
        away = self._marked(send, []) if scope["type"] == "http" else send
        if not self._hosts.answer_to(host, scope["path"]):
            _other_name.tell(host=host)
            await turn_away(scope, away, 421, refusal(host, bool(self._cookie)))
        # (A route of Starlette matches before a final newline, too.)
        elif scope["path"].rstrip().endswith(CLOSED):
            await turn_away(scope, away, 404, "Not Found")
        elif scope["type"] == "http":
            await self._answer(scope, receive, self._marked(send, self._fresh_cookie(scope)))
        else:
            await self._connect(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._uploads is None or not self._uploads.is_upload(scope):
            await self._app(scope, receive, send)
            return
        visitor = self._token(scope)
        try:
            await self._app(scope, self._uploads.counted(scope, receive, visitor), send)
        except StrangePathError:
            _too_much.tell(reason="a file was sent where no page sends one")
            await self._uploads.discard(receive)
            await turn_away(scope, send, 404, "No page sends a file to this address.")
        except TooMuchError:
            to_tell.note(visitor)
            # (The cookie is a secret, and the gate knows no visitor's id.)
            _too_much.tell(reason="more was brought than a visitor or an address may")
            await self._uploads.discard(receive)
            await turn_away(scope, send, 413, sentence(self._uploads.megabytes))

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = own_page(scope)
        if page is None:
            _other_page.tell(host=header(scope, "host"), page=header(scope, "origin"))
            await turn_away(scope, send, 403, "")
            return
        connections.count += 1
        try:
            token = cookie(scope, self._cookie)
            # (What is no token of ours may be long, and the keys of allowances are kept.)
            visitor = token if TOKEN.fullmatch(token) else ""
            network = network_of(scope["client"][0] if scope.get("client") else "")
            await self._app(page, *self._floods.calmed(receive, send, visitor, network))
        finally:
            connections.count -= 1

    def _marked(self, send: Send, fresh: list[tuple[bytes, bytes]]) -> Send:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Our headers replace Streamlit's of the same name.
                ours = {name for name, _ in self._headers}
                headers = [entry for entry in message.get("headers", []) if entry[0].lower() not in ours]
                message = {**message, "headers": [*headers, *self._headers, *fresh]}
            await send(message)

        return marked

    def _token(self, scope: Scope) -> str:
        """Return the browser's token; "" if it has none of ours."""
        token = cookie(scope, self._cookie) if self._cookie else ""
        return token if TOKEN.fullmatch(token) else ""

    def _fresh_cookie(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """Return the header that sets the browser's token, unless it has one."""
        page = "text/html" in header(scope, "accept")
        if not self._cookie or not page or self._token(scope):
            return []
        secure = "; Secure" if scope.get("scheme") == "https" else ""
        value = f"{self._cookie}={secrets.token_urlsafe(32)}; Path=/; Max-Age={YEAR}; HttpOnly; SameSite=Lax{secure}"
        return [(b"set-cookie", value.encode())]
