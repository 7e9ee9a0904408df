"""404 for addresses that are no page: Streamlit answers any address with its page, on which a browser then finds nothing, and a probe all well."""

from collections.abc import Iterable
from pathlib import PurePosixPath

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config


class NoPage:
    """Middleware that lets HTML out at the addresses of pages only.

    Arguments:
        app: Streamlit's app.
        scripts: the files of all pages; a page's address is the name of its file, and the first one is at the top.
    """

    def __init__(self, app: ASGIApp, scripts: Iterable[str]) -> None:
        self._app = app
        _, *others = (PurePosixPath(script).stem for script in scripts)
        self._pages = frozenset(("", *others))
        self._sentence = (
            f"There is no such page here. There are: /, {', '.join(f'/{page}' for page in others)}.\n".encode()
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, but for pages that are none."""
        if scope["type"] != "http" or self._is_page(scope["path"]):
            await self._app(scope, receive, send)
            return
        is_html = False

        async def checked(message: Message) -> None:
            nonlocal is_html
            if message["type"] == "http.response.start":
                # A report that is downloaded is HTML, too, and says that it is a file.
                is_html = (
                    message["status"] == 200
                    and _header(message, b"content-type").startswith(b"text/html")
                    and not _header(message, b"content-disposition").startswith(b"attachment")
                )
                if is_html:
                    length = (b"content-length", str(len(self._sentence)).encode())
                    kind = (b"content-type", b"text/plain; charset=utf-8")
                    await send({"type": "http.response.start", "status": 404, "headers": [kind, length]})
                    return
            if not is_html:
                await send(message)
            elif not message.get("more_body", False):
                body = b"" if scope["method"] == "HEAD" else self._sentence
                await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, checked)

    def _is_page(self, path: str) -> bool:
        base = str(config.get_option("server.baseUrlPath")).strip("/")
        inside = path.strip("/").removeprefix(base) if base else path
        return inside.strip("/") in self._pages


def _header(begun: Message, wanted: bytes) -> bytes:
    return next((bytes(value) for name, value in begun["headers"] if name.lower() == wanted), b"")
