"""What every request passes before Streamlit: headers, the browser's token, and the order of the gate's parts."""

import asyncio
import re
import uuid
from http.cookies import SimpleCookie
from ipaddress import ip_network

import pytest
from starlette.websockets import WebSocket
from support.gates import answer, scope_of

from mnistlab.logs import AUDIT, Seldom
from mnistlab.ui.gate import HEADERS, TOKEN, Gate, Hosts, Proxies, Uploads, connections, is_at_hand, policy
from mnistlab.ui.gate import gate as gate_module
from mnistlab.ui.gate.asgi import cookie

COOKIE = "mnistlab_visitor"
LAB = Hosts(["lab.example"])
ANY = Hosts("*")


def gate(app=None, hosts=ANY, cookie=COOKIE, uploads=None, user_header=None):
    proxies = Proxies([ip_network("10.0.0.1")], user_header)
    return Gate(app or page, cookie, hosts, proxies, uploads, policy(["ab+/="]))


async def page(scope, receive, send):
    """An app that answers everything, with headers of its own."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept", "open": connections.count})
        return
    headers = [(b"content-type", b"text/html"), (b"X-Frame-Options", b"ALLOWALL"), (b"set-cookie", b"theirs=1")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"hello"})


def ask(kind="http", path="/", scheme="http", client="192.0.2.7", gate=None, **headers):
    """Return what a request is answered: the first message, and its headers."""
    sent = answer(gate or globals()["gate"](), scope_of(kind, path, scheme, client, **headers))
    return sent[0], [(name.decode().lower(), value.decode()) for name, value in sent[0].get("headers", [])]


def refused(first):
    return first["type"] == "websocket.close" or first.get("status", 0) >= 400


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


@pytest.mark.parametrize(
    "request_", [{"host": "evil.example"}, {"path": "/_stcore/metrics"}], ids=["another name", "what is closed"]
)
def test_who_is_turned_away_gets_every_header_and_no_token(request_):
    first, headers = ask(gate=gate(hosts=LAB), **{"host": "lab.example", "accept": "text/html"} | request_)
    assert refused(first)
    for name in (*HEADERS, "Content-Security-Policy"):
        assert len([1 for key, _ in headers if key == name.lower()]) == 1
    assert given_token(headers) is None


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
    assert given_token(ask(accept="text/html")[1]).value != token.value
    assert given_token(ask(accept="image/png")[1]) is None
    assert given_token(ask(accept="text/html", gate=gate(cookie=""))[1]) is None
    assert given_token(ask(accept="text/html", scheme="https")[1])["secure"] is True


def test_only_a_believed_proxy_says_that_the_line_is_encrypted():
    for client, secure in (("10.0.0.1", True), ("192.0.2.7", "")):
        _, headers = ask(accept="text/html", client=client, x_forwarded_proto="https")
        assert given_token(headers)["secure"] == secure


@pytest.mark.parametrize(
    ("text", "replaced"),
    [
        (f"{COOKIE}={'a' * 43}", False),
        (f"other=1; {COOKIE}={'a' * 43}", False),
        # What other programs on the same host set is their own affair.
        (f'theirs={{"a":1,"b":"ü"}}; b{{}}=x y; {COOKIE}={"a" * 43}; c', False),
        (f"{COOKIE}=short", True),
        (f"{COOKIE}={'a' * 500}", True),
        ("\xff;;=", True),
        (f"{COOKIE}='; Path=/; {COOKIE}=", True),
    ],
)
def test_a_token_that_is_shown_is_kept_and_a_strange_one_replaced(text, replaced):
    _, headers = ask(accept="text/html", cookie=text)
    assert (given_token(headers) is not None) is replaced


@pytest.mark.parametrize(
    "sent",
    [
        [f"{COOKIE}={'a' * 43}", f"{COOKIE}={'b' * 43}"],
        [f"{COOKIE}={'a' * 43}; {COOKIE}={'b' * 43}"],
        ["other=1", f"{COOKIE}={'b' * 43}"],
        [f'{COOKIE}="{"b" * 43}"', "other=1"],
    ],
)
def test_gate_and_page_see_the_same_visitor_in_several_cookies(sent):
    request = scope_of("websocket", cookie=sent)
    seen = cookie(request, COOKIE)
    assert seen == "b" * 43
    # As Streamlit's client of a page has them.
    assert WebSocket(request, None, None).cookies[COOKIE] == seen
    assert given_token(ask(accept="text/html", cookie=sent)[1]) is None


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize("host", ["evil.example", "lab.example.evil.example", "", "lab.example@evil.example"])
def test_another_name_is_turned_away(kind, host):
    assert refused(ask(kind, host=host, gate=gate(hosts=LAB))[0])
    assert not refused(ask(kind, host="lab.example:8501", gate=gate(hosts=LAB))[0])


def test_the_sentence_names_the_setting_and_repeats_no_markup():
    def told(host):
        return answer(gate(hosts=LAB), scope_of(host=host))[1]["body"].decode()

    assert "MNISTLAB_HOSTS=other.example" in told("other.example:8501")
    assert "<" not in told("<script>alert(1)</script>")
    assert "MNISTLAB_HOSTS" not in answer(gate(hosts=LAB, cookie=""), scope_of(host="x"))[1]["body"].decode()


def test_who_watches_over_a_lab_is_answered_from_this_machine_and_by_address():
    here = gate(hosts=LAB)
    for path in ("/health", "/ready", "/metrics"):
        for host in ("localhost:8501", "127.0.0.1", "[::1]:8501", "10.1.2.3:8501", "lab.example"):
            assert not refused(ask(path=path, host=host, gate=here)[0]), (path, host)
        assert refused(ask(path=path, host="evil.example", gate=here)[0])
    for path in ("/", "/healthy", "/_stcore/health", "/x/ready"):
        assert refused(ask(path=path, host="127.0.0.1", gate=here)[0])


def test_streamlits_own_figures_are_closed():
    for path in ("/_stcore/metrics", "/base/_stcore/metrics", "/_stcore/metrics\n"):
        assert ask(path=path)[0]["status"] == 404


def test_a_websocket_of_another_page_is_refused_before_streamlit_sees_it(caplog, monkeypatch):
    seen = []

    async def app(scope, receive, send):
        seen.append(scope)
        await send({"type": "websocket.accept"})

    here = gate(app)
    monkeypatch.setattr(gate_module, "_other_page", Seldom("another page"))
    with caplog.at_level("INFO", logger=AUDIT):
        for _ in range(5):
            assert refused(ask("websocket", host="lab.example", origin="http://evil.example\n", gate=here)[0])
    assert seen == []
    assert len(caplog.records) == 1, "who knocks again does not fill the log"
    assert not refused(ask("websocket", host="lab.example:80", origin="http://lab.example", gate=here)[0])
    # Streamlit compares letter by letter, and asks an outside address where they differ.
    assert dict(seen[0]["headers"])[b"host"] == b"lab.example"


def test_a_false_login_goes_no_further_than_the_gate():
    seen = []

    async def app(scope, receive, send):
        seen.append([value for name, value in scope["headers"] if b"user" in name.lower()])
        await page(scope, receive, send)

    for kind in ("http", "websocket"):
        for client in ("192.0.2.7", "10.0.0.1"):
            ask(kind, client=client, x_forwarded_user="alice", gate=gate(app, user_header="X-Forwarded-User"))
    assert seen == [[], [b"alice"]] * 2


def test_open_tabs_are_counted():
    first, _ = ask("websocket")
    assert first["open"] == 1
    assert connections.count == 0


def test_too_much_is_said_with_a_sentence_and_in_the_log(caplog, monkeypatch):
    monkeypatch.setattr(gate_module, "_too_much", Seldom("upload refused"))
    caplog.set_level("INFO", AUDIT)
    place = f"/_stcore/upload_file/{uuid.UUID(int=1)}/{uuid.UUID(int=2)}"

    async def app(scope, receive, send):
        while (await receive())["more_body"]:
            pass
        await page(scope, receive, send)

    small = gate(app, uploads=Uploads(1))
    chunks = [b"x" * 300_000] * 3
    assert answer(small, scope_of(path=place, method="PUT"), chunks)[0]["status"] == 200
    sent = answer(small, scope_of(path=place, method="PUT"), chunks)
    assert sent[0]["status"] == 413
    assert b"1 MB an hour" in sent[1]["body"]
    assert [record.getMessage() for record in caplog.records] == ["upload refused"]
    assert dict(sent[0]["headers"])[b"x-frame-options"] == b"DENY"
    # What else is asked goes on.
    assert answer(small, scope_of(path="/"), chunks)[0]["status"] == 200


def test_a_lab_without_named_hosts_answers_to_what_nobody_elsewhere_can_have():
    here = gate(hosts=Hosts(["pc.school.example"], also=is_at_hand))
    for host, let_in in [
        ("pc.school.example:8501", True),
        ("lab:8501", True),
        ("pc.local", True),
        ("192.0.2.7:8501", True),
        ("[2001:db8::1]:8501", True),
        ("evil.example", False),
        ("192.0.2.7.evil.example", False),
        ("local.evil.example", False),
        ("evil.example.", False),
        ("", False),
    ]:
        assert refused(ask(host=host, gate=here)[0]) is not let_in, host


def test_the_start_and_the_end_of_the_server_pass():
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    asyncio.run(gate(app)({"type": "lifespan"}, None, None))
    assert seen == ["lifespan"]
