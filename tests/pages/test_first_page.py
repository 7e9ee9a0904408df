"""Streamlit's page goes out with our style and the addresses of our elements' code; all else goes out as it is."""

import asyncio

import pytest

from mnistlab.ui.server.first_page import ELEMENTS, LATER, STATIC, FirstPage, scripts_of

PAGE = (STATIC / "index.html").read_bytes()


def answer(
    headers: list, body: bytes = PAGE, accept: bytes = b"text/html,*/*", status: int = 200
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
    asyncio.run(FirstPage(app, "b { color: red }")(scope, None, collect))
    return dict(sent[0]["headers"]), b"".join(message.get("body", b"") for message in sent[1:])


def test_the_page_holds_the_style_and_the_code_of_each_element() -> None:
    headers, body = answer([(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"7"), (b"etag", b"x")])
    assert b"<body><style>b { color: red }</style>" in body
    for element in ELEMENTS:
        assert f'modulepreload" crossorigin href="./static/js/{element}.'.encode() in body
    assert headers == {b"content-type": b"text/html; charset=utf-8", b"content-length": str(len(body)).encode()}
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
    headers, body = answer(given, accept=accept, status=status)
    assert headers == dict(given)
    assert body == PAGE


def test_each_element_has_its_code_in_this_streamlit() -> None:
    for element in (*ELEMENTS, *LATER):
        assert any(name.startswith(f"{element}.") for name in scripts_of((element,))), element
