"""A server in lab mode, as a browser meets it: small, nothing the content policy forbids, a token of its own, no details of errors."""

import socket
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect
from support.browser import PAGES, PATIENCE, SMALL, WITHOUT_WORKERS, Server, open_page, running_server, start
from websockets.sync.client import connect

TOKEN = "an administrator's token"
MOST_MEGABYTES = 200


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with running_server(tmp_path_factory.mktemp("lab"), "--lab", MNISTLAB_ADMIN_TOKEN=TOKEN) as server:
        yield server


@pytest.fixture
def visit(browser: Browser):
    """Open a page as somebody with a browser of their own."""
    contexts = []

    def visit() -> Page:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield visit
    for context in contexts:
        context.close()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes


def fetch(server: Server, path: str, body: bytes | None = None, **headers: str) -> Answer:
    request = urllib.request.Request(server.address + path, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def test_two_browsers_are_two_visitors(lab: Server, visit) -> None:
    ann, bob = visit(), visit()
    run_id = start(ann, lab, SMALL)
    ann.get_by_role("button", name="Use this network everywhere").wait_for()
    expect(ann.get_by_role("button", name="Delete")).to_be_visible()
    open_page(bob, f"{lab.address}/train?run={run_id}")
    expect(bob.get_by_text("look at it, and copy what you like")).to_be_visible()
    expect(bob.get_by_role("button", name="Delete")).to_have_count(0)
    # A reload is the same visitor again.
    open_page(ann, f"{lab.address}/train?run={run_id}")
    expect(ann.get_by_role("button", name="Delete")).to_be_visible()


def test_a_walk_over_all_pages_breaks_no_policy_asks_nobody_and_leaves_the_server_small(lab: Server, visit) -> None:
    page, refused, elsewhere = visit(), [], []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    page.on("request", lambda request: elsewhere.append(request.url) if not _is_own(request.url, lab) else None)
    start(page, lab, SMALL)
    page.get_by_role("button", name="Use this network everywhere").wait_for()
    for path in PAGES:
        open_page(page, lab.address + path)
        # The drawing pad's script and Plotly's drawing are those most likely to be refused.
        if path == "/train":
            expect(page.locator(".js-plotly-plot").first).to_be_visible()
    assert refused == []
    assert elsewhere == []
    process = psutil.Process(lab.process.pid)
    loaded = [entry.path for entry in process.memory_maps()]
    assert not [path for path in loaded for name in ("tensorflow", "_pywrap", "pandas", "pyarrow") if name in path]
    assert process.memory_info().rss < MOST_MEGABYTES * 1e6


def _is_own(url: str, server: Server) -> bool:
    return url.startswith((server.address, "data:", "blob:", server.address.replace("http", "ws", 1)))


def test_it_tells_those_who_watch_over_it(lab: Server, visit) -> None:
    open_page(visit(), lab.address)
    assert fetch(lab, "/health").status == 200
    ready = fetch(lab, "/ready")
    assert ready.status in (200, 503)
    assert b'"ready"' in ready.body
    text = fetch(lab, "/metrics").body.decode()
    assert "mnistlab_sessions" in text
    assert TOKEN not in text
    # Streamlit's greeting asks a server of somebody else's under which address this one is reached.
    said = lab.said.read_text()
    assert said
    assert "streamlit.io" not in said
    assert "External" not in said


def test_details_of_errors_stay_on_the_server(lab: Server) -> None:
    for path in ("/_stcore/host-config", "/no/such/page", "/media/nothing", "/_stcore/agent/openapi.json"):
        answer = fetch(lab, path)
        assert "content-security-policy" in answer.headers
        assert b"Traceback" not in answer.body


def test_the_agents_entrance_is_closed(lab: Server) -> None:
    """Streamlit can be driven by programs over HTTP; nobody asked for that here."""
    assert fetch(lab, "/_stcore/agent/interact", b"{}").status in (403, 404)


def test_a_laptops_server_answers_to_its_own_names_only(server: Server) -> None:
    assert fetch(server, "/", Host="evil.example").status == 421
    answer = fetch(server, "/", Accept="text/html")
    assert answer.status == 200
    assert "mnistlab_visitor" not in str(answer.headers.get_all("set-cookie"))


# What every Python started there writes down: whom it asks for an address, where it goes, and where it listens.
WATCHED = """
import os, sys

def watch(event, given):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.connect", "socket.bind"):
        place = given[1] if event in ("socket.connect", "socket.bind") else given[0]
        with open(os.environ["WATCHED"], "a") as file:
            file.write(repr(place[0] if isinstance(place, tuple) else place) + "\\n")

sys.addaudithook(watch)
"""


def test_nobody_outside_is_asked_for_the_address_of_a_lab(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(WATCHED, encoding="utf-8")
    watched = tmp_path / "watched.txt"
    environment = {"PYTHONPATH": str(tmp_path), "WATCHED": str(watched), "MNISTLAB_HOSTS": "lab.example.org"}
    with running_server(tmp_path / "home", "--lab", **WITHOUT_WORKERS, **environment) as server:
        port = int(server.address.rpartition(":")[2])
        # By another name than that of this machine, Streamlit would compare it with the address that a service outside sees.
        with connect(
            f"ws://lab.example.org:{port}/_stcore/stream",
            sock=socket.create_connection(("127.0.0.1", port)),
            subprotocols=["streamlit"],
            origin=f"http://lab.example.org:{port}",
            close_timeout=0.5,
        ):
            pass
        said = server.said.read_text(encoding="utf-8")
    assert "external" not in said
    assert "https://" not in said
    own = {"localhost", "127.0.0.1", "::1", "0.0.0.0", "::", "", socket.gethostname(), socket.getfqdn()}
    found = {line.strip("'\"\n") for line in watched.read_text(encoding="utf-8").splitlines()}
    assert found, "nothing was watched"
    assert {name for name in found if name not in own and not Path(name).is_absolute() and name != "None"} == set()
