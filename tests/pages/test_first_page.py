"""Streamlit's page goes out with our style and the addresses of our elements' code; all else goes out as it is."""

import asyncio

import pytest
import streamlit.delta_generator

from mnistlab.keeping import Recent
from mnistlab.store.models import reference_network
from mnistlab.ui.answers import shared
from mnistlab.ui.answers.first_digits import CHOSEN_FROM, first_tests, name_of_first
from mnistlab.ui.server.first_page import ELEMENTS, IMPORTED, LATER, FirstPage, scripts_of
from mnistlab.ui.server.preparation import _prepare
from mnistlab.ui.server.scripts import SCRIPTS, STATIC, Scripts

PAGE = (STATIC / "index.html").read_bytes()


def answer(
    headers: list, body: bytes = PAGE, accept: bytes = b"text/html,*/*", status: int = 200, on_first=lambda: None
) -> tuple[dict, bytes]:
    """Return the headers and the body that reach a browser where the app sends these, in two pieces."""
    sent = []

    async def app(scope, receive, send) -> None:
        assert (b"accept-encoding" in dict(scope["headers"])) == (accept == b"*/*")
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body[:100], "more_body": True})
        await send({"type": "http.response.body", "body": body[100:]})

    async def collect(message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "headers": [(b"accept", accept), (b"accept-encoding", b"gzip")]}
    asyncio.run(FirstPage(app, "b { color: red }", on_first)(scope, None, collect))
    return dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:])


def test_the_page_holds_the_style_and_the_code_of_each_element() -> None:
    headers, body = answer([(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"7"), (b"etag", b"x")])
    assert b"<body><style>b { color: red }</style>" in body
    for element in ELEMENTS:
        assert f'modulepreload" crossorigin href="./static/js/{element}.'.encode() in body
    assert headers == {b"content-type": b"text/html; charset=utf-8", b"content-length": str(len(body)).encode()}
    for element in LATER:
        assert f'lab-later" as="script" crossorigin href="./static/js/{element}.'.encode() in body
    # Nothing of Streamlit's page is lost, and nothing named twice.
    assert body.endswith(PAGE.split(b"<body>")[1])
    names = [line.split(b'"')[0] for line in body.split(b'href="./static/js/')[1:]]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("kind", "accept", "status"),
    [(b"text/javascript", b"text/html", 200), (b"text/html", b"*/*", 200), (b"text/html", b"text/html", 404)],
)
def test_all_else_goes_out_as_it_is(kind: bytes, accept: bytes, status: int) -> None:
    given = [(b"content-type", kind), (b"content-length", str(len(PAGE)).encode()), (b"etag", b"x")]
    first = []
    headers, body = answer(given, accept=accept, status=status, on_first=lambda: first.append(1))
    assert not first
    assert headers == dict(given)
    assert body == PAGE


def test_each_element_has_its_code_in_this_streamlit() -> None:
    for element in (*ELEMENTS, *LATER):
        assert any(name.startswith(f"{element}.") for name in scripts_of((element,))), element


def test_their_imports_stand_at_their_beginning() -> None:
    names = scripts_of((*ELEMENTS, *LATER))
    imported = {found for name in names for found in IMPORTED.findall((STATIC / SCRIPTS / name).read_text("utf-8"))}
    assert {name for name in imported if (STATIC / SCRIPTS / name).is_file()} <= set(names)


def test_who_waits_for_the_first_page_is_told_once_that_it_is_sent() -> None:
    first = []
    kept = []

    async def app(scope, receive, send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
        await send({"type": "http.response.body", "body": PAGE})

    async def collect(message) -> None:
        kept.append(message)

    page = FirstPage(app, "", lambda: first.append(len(kept)))
    for _ in range(2):
        asyncio.run(page({"type": "http", "method": "GET", "headers": [(b"accept", b"text/html")]}, None, collect))
    assert first == [2], "after head and body of the first"


def test_the_readings_of_home_are_there_before_its_first_visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hasattr(streamlit.delta_generator, "_use_warning_has_been_displayed")
    monkeypatch.setattr(shared, "_answers", Recent(1_000_000))
    _prepare()
    network, (data, _, complaint) = reference_network(), first_tests()
    assert not complaint
    outputs = shared.known(f"readings/{network.digest}/{name_of_first(data)}")
    assert outputs.shape == (CHOSEN_FROM, 10)


def _fetch(path: str, method: str = "GET") -> tuple[dict, bytes] | None:
    """Return what `Scripts` answers, or None where it leaves that to Streamlit."""
    sent: list | None = []

    async def app(scope, receive, send) -> None:
        nonlocal sent
        sent = None

    async def collect(message) -> None:
        sent.append(message)

    asyncio.run(Scripts(app)({"type": "http", "method": method, "path": path, "headers": []}, None, collect))
    return None if sent is None else (dict(sent[0]["headers"]), sent[1]["body"])


def test_a_script_comes_as_it_is_and_is_never_asked_for_again() -> None:
    for name in scripts_of(ELEMENTS):
        headers, body = _fetch(f"/{SCRIPTS}/{name}")
        assert body == (STATIC / SCRIPTS / name).read_bytes()
        assert headers[b"content-type"] == b"application/javascript"
        assert b"immutable" in headers[b"cache-control"]
        assert headers[b"content-length"] == str(len(body)).encode()


@pytest.mark.parametrize(
    ("path", "method"),
    [
        (f"/{SCRIPTS}/none.js", "GET"),
        (f"/{SCRIPTS}/../../index.html", "GET"),
        (f"/{SCRIPTS}/..%2f..%2findex.html", "GET"),
        (f"/{SCRIPTS}/", "GET"),
        ("/static/index.html", "GET"),
        (f"/elsewhere/{SCRIPTS}/{scripts_of(ELEMENTS)[0]}", "GET"),
        (f"/{SCRIPTS}/{scripts_of(ELEMENTS)[0]}", "HEAD"),
        (f"/{SCRIPTS}/{scripts_of(ELEMENTS)[0]}", "POST"),
    ],
)
def test_all_else_is_streamlits_to_answer(path: str, method: str) -> None:
    assert _fetch(path, method) is None


def test_below_a_path_scripts_are_found_below_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mnistlab.ui.server.scripts.config.get_option", lambda _: "lab")
    name = scripts_of(ELEMENTS)[0]
    assert _fetch(f"/lab/{SCRIPTS}/{name}") is not None
    assert _fetch(f"/{SCRIPTS}/{name}") is None
