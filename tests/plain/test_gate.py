"""What every request passes before Streamlit: headers, host names, and the browser's token."""

import asyncio
import re
from http.cookies import SimpleCookie

import pytest

from mnistlab.ui.gate import HEADERS, TOKEN, Gate, connections, policy

COOKIE = "mnistlab_visitor"


async def page(scope, receive, send):
    """An app that answers everything, with headers of its own."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept", "open": connections.count})
        return
    headers = [(b"content-type", b"text/html"), (b"X-Frame-Options", b"ALLOWALL"), (b"set-cookie", b"theirs=1")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


def ask(kind="http", hosts=(), cookie=COOKIE, scheme="http", **headers):
    """Return what a request is answered: the first message, and its headers."""
    sent = []

    async def send(message):
        sent.append(message)

    scope = {
        "type": kind,
        "scheme": scheme,
        "path": "/",
        "headers": [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()],
    }
    asyncio.run(Gate(page, cookie, list(hosts), policy(["ab+/="]))(scope, None, send))
    return sent[0], [(name.decode().lower(), value.decode()) for name, value in sent[0].get("headers", [])]


def given_token(headers):
    cookies = SimpleCookie()
    for name, value in headers:
        if name == "set-cookie":
            cookies.load(value)
    return cookies.get(COOKIE)


def test_every_answer_has_every_header_once():
    _, headers = ask()
    for name, value in HEADERS.items():
        assert [text for key, text in headers if key == name.lower()] == [value]
    assert len([1 for key, _ in headers if key == "content-security-policy"]) == 1
    assert ("set-cookie", "theirs=1") in headers


def test_the_policy_lets_in_nothing_from_elsewhere_and_evaluates_no_text():
    content = policy(["ab+/="])
    rules = dict(rule.split(" ", 1) for rule in content.split("; "))
    assert rules["default-src"] == "'self'"
    assert "unsafe" not in rules["script-src"]
    assert rules["script-src"].endswith("'sha256-ab+/='")
    assert rules["frame-ancestors"] == rules["object-src"] == "'none'"
    assert not re.search(r"https?:|\*", content)


def test_a_browser_gets_one_token_for_pages_only():
    _, headers = ask(accept="text/html,*/*")
    token = given_token(headers)
    assert TOKEN.fullmatch(token.value)
    assert (token["httponly"], token["samesite"], token["secure"]) == (True, "Lax", "")
    assert given_token(ask(accept="text/html", cookie_="")[1]).value != token.value
    assert given_token(ask(accept="image/png")[1]) is None
    assert given_token(ask(accept="text/html", cookie="")[1]) is None
    assert given_token(ask(accept="text/html", scheme="https")[1])["secure"] is True


def test_a_token_that_is_shown_is_kept_and_a_strange_one_replaced():
    scope = {"type": "http", "path": "/", "headers": []}
    gate = Gate(page, COOKIE, [], "")
    for text, replaced in [
        (f"{COOKIE}={'a' * 43}", False),
        (f"other=1; {COOKIE}={'a' * 43}", False),
        (f"{COOKIE}=short", True),
        (f"{COOKIE}={'a' * 500}", True),
        ("\xff;;=", True),
        (f"{COOKIE}='; Path=/; {COOKIE}=", True),
    ]:
        scope["headers"] = [(b"accept", b"text/html"), (b"cookie", text.encode("latin-1"))]
        assert bool(gate._fresh_cookie(scope)) is replaced, text


@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("lab.example:8501", True),
        ("LAB.example.", True),
        ("[::1]:80", True),
        ("evil.example", False),
        ("lab.example.evil.example", False),
        ("", False),
        ("lab.example@evil.example", False),
    ],
)
def test_only_ones_own_names_are_answered(host, answered):
    for kind in ("http", "websocket"):
        first, _ = ask(kind, hosts=("lab.example", "[::1]"), host=host)
        refused = first.get("status") == 421 or first["type"] == "websocket.close"
        assert refused is not answered


def test_open_tabs_are_counted():
    first, _ = ask("websocket")
    assert first["open"] == 1
    assert connections.count == 0
