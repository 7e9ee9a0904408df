"""Streamlit's page plus what all our pages need at once: our style, links to the code of our elements, and scripts: one decides when to show it, one keeps open lists open.

From Streamlit's own page, a browser learns about the first two only while it draws. So everything was drawn twice, first without the style, without the menu and
with a grey bar of another height for each element whose code was still missing, and the page jumped by a quarter of the screen in total.
"""

import re
from collections.abc import Callable
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mnistlab.ui.server.scripts import SCRIPTS, STATIC

# The elements of every page, by the prefixes of their code's files. (Streamlit 1.67)
ELEMENTS = ("BidiComponent", "Button", "Html", "PageLink")
# Other elements, prefetched once the page is shown, because a browser that has not drawn its first page yet has no time for them.
LATER = (
    "ButtonGroup",
    "Checkbox",
    "DownloadButton",
    "FileUploader",
    "ImageList",
    "Metric",
    "NumberInput",
    "PlotlyChart",
    "Progress",
    "Selectbox",
    "Slider",
    "Table",
    "TextInput",
)
# Run before Streamlit's own script; the content policy contains their digest (gate/gate.py).
SCRIPT = "".join(
    Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("first_page.js", "open_lists.js")
)
# Bytes to read of a file: its imports are at the beginning, in the first tenth of this; one of the files has 4.7 MB.
BEGINNING = 100_000
# The link type that our script changes to "prefetch".
REL_LATER = "lab-later"
IMPORTED = re.compile(r"""(?:from|import)["'`]\./([\w.-]+\.js)["'`]""")


def scripts_of(elements: tuple[str, ...]) -> list[str]:
    """Return the names of all files of the elements' code."""
    files: dict[str, None] = {}
    left = [path.name for element in elements for path in sorted((STATIC / SCRIPTS).glob(f"{element}.*.js"))]
    while left:
        name = left.pop()
        if name not in files and (STATIC / SCRIPTS / name).is_file():
            files[name] = None
            with (STATIC / SCRIPTS / name).open("rb") as file:
                left += IMPORTED.findall(file.read(BEGINNING).decode(errors="replace"))
    return sorted(files)


class FirstPage:
    """Middleware that completes each page a browser navigates to.

    Arguments:
        app: Streamlit's app.
        style: our CSS.
        on_first: called once, when the first page has been sent.
    """

    def __init__(self, app: ASGIApp, style: str, on_first: Callable[[], None]) -> None:
        self._app = app
        self._on_first: Callable[[], None] | None = on_first
        page = (STATIC / "index.html").read_text(encoding="utf-8")
        at_once = [name for name in scripts_of(ELEMENTS) if name not in page]
        later = [name for name in scripts_of(LATER) if name not in page and name not in at_once]
        links = [f'<link rel="modulepreload" crossorigin href="./{SCRIPTS}/{name}">' for name in at_once]
        links += [f'<link rel="{REL_LATER}" as="script" crossorigin href="./{SCRIPTS}/{name}">' for name in later]
        self._head = f"{''.join(links)}<script>{SCRIPT}</script>".encode()
        # At the end of the head, so that it takes precedence over Streamlit's own style.
        self._style = f"<style>{style}</style>".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, with pages completed."""
        if scope["type"] != "http" or scope["method"] != "GET" or not _wants_page(scope):
            await self._app(scope, receive, send)
            return
        begun: Message = {}
        body = bytearray()

        async def completed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start" and _is_page(message):
                begun = message
            elif not begun:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body", False):
                    whole = self._complete(bytes(body))
                    await send({**begun, "headers": _headers(begun, len(whole))})
                    await send({**message, "body": whole})
                    if self._on_first is not None:
                        on_first, self._on_first = self._on_first, None
                        on_first()

        # A compressed page could not be completed.
        headers = [entry for entry in scope["headers"] if entry[0].lower() != b"accept-encoding"]
        await self._app({**scope, "headers": headers}, receive, completed)

    def _complete(self, page: bytes) -> bytes:
        return page.replace(b"</head>", self._head + b"</head>", 1).replace(b"<body>", b"<body>" + self._style, 1)


def _wants_page(scope: Scope) -> bool:
    return any(name.lower() == b"accept" and b"text/html" in value for name, value in scope["headers"])


def _is_page(begun: Message) -> bool:
    kinds = [value for name, value in begun["headers"] if name.lower() == b"content-type"]
    return begun["status"] == 200 and any(kind.startswith(b"text/html") for kind in kinds)


def _headers(begun: Message, length: int) -> list[tuple[bytes, bytes]]:
    """Return the headers of a completed page: those about Streamlit's own file are no longer true."""
    gone = (b"content-length", b"etag", b"last-modified")
    kept = [entry for entry in begun["headers"] if entry[0].lower() not in gone]
    return [*kept, (b"content-length", str(length).encode())]
