"""deploy/ as docs/deploy.md installs it: two apps on one store with a shared scheduler, a third that believes its proxy, and nginx before them.

Apps and scheduler are started by the command lines of their systemd units. No worker is started: what is tried here is the way to the app.
"""

import base64
import re
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from streamlit.proto.BackMsg_pb2 import BackMsg
from support.browser import IDLE, PATIENCE, SMALL, Server, open_page, start, wait_for_port
from support.deployment import Installed, find_nginx, free_port, install_nginx, running_nginx
from support.waiting import wait_for
from websockets.sync.client import connect

from mnistlab.store.visitors import Nicknames, visitor_id

PASSWORDS = {"ada": "a password of Ada's", "bob": "a password of Bob's"}
COOKIE = "mnistlab_visitor"
# Three apps start at once; a busy machine may take its time.
SECONDS = 300
# How long it is waited for a picture, in milliseconds. A browser may lose its line to the app some times before that counts as a fault; what
# was lost on the way never comes, so the first wait is the shortest.
WAITS = (25_000, 60_000, 60_000)
CHOICE = "network.conv.0.filters=24"
# The certificate is of an authority that no browser knows.
UNCHECKED = ssl._create_unverified_context()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes


class _StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_StayHere, urllib.request.HTTPSHandler(context=UNCHECKED))


def fetch(address: str, **headers: str) -> Answer:
    try:
        with _opener.open(urllib.request.Request(address, headers=headers), timeout=SECONDS) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


@dataclass(frozen=True)
class Site:
    """nginx before some apps. `plain`: its address without TLS; `log`: a line a request, the visitor's cookie and the app's port."""

    address: str
    plain: str
    log: Path

    def ports(self, token: str) -> list[int]:
        """Return at which apps the requests of this visitor came out, oldest first; the last one if several were tried."""
        lines = [line.split("|") for line in self.log.read_text().splitlines()]
        return [int(upstreams.rpartition(":")[2]) for found, upstreams, _ in lines if found == token]


@contextmanager
def site(installed: Installed, folder: Path, location: str, ports: list[int]) -> Iterator[Site]:
    """nginx with one of the three ways to the app."""
    secure, plain = free_port(), free_port()
    changes = {
        "/etc/nginx/tls/lab.example.org": str(installed.certificates / "lab"),
        "lab.example.org": "localhost",
        "listen 443": f"listen 127.0.0.1:{secure}",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "    server 127.0.0.1:8501;": f"    server 127.0.0.1:{ports[0]};",
        "at-root.conf": location,
    }
    if len(ports) == 2:
        changes["    # server 127.0.0.1:8502;"] = f"    server 127.0.0.1:{ports[1]};"
    folder.mkdir()
    install_nginx(folder, changes, log_format=f"$cookie_{COOKIE}|$upstream_addr|$uri")
    with running_nginx(folder):
        wait_for_port(secure, seconds=SECONDS)
        yield Site(f"https://localhost:{secure}", f"http://localhost:{plain}", folder / "access.log")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    find_nginx()
    folder = tmp_path_factory.mktemp("installed")
    names = Nicknames(folder / "store")
    for name in PASSWORDS:
        names.choose(visitor_id("header", name), name.title())
    return Installed(folder)


class Apps:
    """The apps of the units. `ports`: two on one store; `believer`: the one that believes its proxy."""

    def __init__(self, installed: Installed) -> None:
        self.ports, self.believer = [free_port(), free_port()], free_port()
        aside = {
            "MNISTLAB_DOWNLOAD": "",
            "KERAS_HOME": str(installed.store / "no-keras"),
            "MNISTLAB_HOSTS": "localhost",
        }
        login = {"MNISTLAB_LOGIN": "header", "MNISTLAB_USER_HEADER": "X-Forwarded-User"}
        self.scheduler = installed.start("mnistlab-scheduler.service")
        self.processes = {
            port: installed.start("mnistlab@.service", str(port), **aside, **(login if port == self.believer else {}))
            for port in [*self.ports, self.believer]
        }

    def end(self) -> None:
        for process in [*self.processes.values(), self.scheduler]:
            process.terminate()
        for process in [*self.processes.values(), self.scheduler]:
            process.wait(60)


@pytest.fixture(scope="module")
def apps(installed: Installed) -> Iterator[Apps]:
    apps = Apps(installed)
    try:
        for port in apps.processes:
            wait_for_port(port, seconds=SECONDS)
        yield apps
    finally:
        apps.end()


@pytest.fixture(scope="module")
def root(installed: Installed, apps: Apps, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(installed, tmp_path_factory.mktemp("root") / "nginx", "at-root.conf", apps.ports) as at:
        yield at


@pytest.fixture(scope="module")
def path(installed: Installed, apps: Apps, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site(installed, tmp_path_factory.mktemp("path") / "nginx", "at-path.conf", apps.ports) as at:
        yield at


@pytest.fixture(scope="module")
def login(installed: Installed, apps: Apps, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("login")
    lines = []
    for name, password in PASSWORDS.items():
        made = subprocess.run(
            ["openssl", "passwd", "-apr1", "-stdin"], input=password, capture_output=True, text=True, check=True
        )
        lines.append(f"{name}:{made.stdout}")
    with site(installed, folder / "nginx", "with-login.conf", [apps.believer]) as at:
        (folder / "nginx" / "mnistlab.users").write_text("".join(lines))
        yield at


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open a browser of somebody's own; `token`: the cookie they have already; `login`: their name."""
    contexts: list[BrowserContext] = []

    def visit(token: str = "", at: Site | None = None, login: str = "") -> Page:
        credentials = {"username": login, "password": PASSWORDS[login]} if login else None
        contexts.append(browser.new_context(ignore_https_errors=True, http_credentials=credentials))
        if token and at:
            contexts[-1].add_cookies([{"name": COOKIE, "value": token, "url": at.address}])
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE)
        return page

    yield visit
    for context in contexts:
        context.close()


def test_every_page_is_encrypted_and_the_cookie_says_so(root: Site, visit) -> None:
    answer = fetch(f"{root.plain}/train?{CHOICE}")
    assert (answer.status, answer.headers["Location"]) == (301, f"https://localhost/train?{CHOICE}")
    assert fetch(root.address).headers["Strict-Transport-Security"]
    page = visit()
    open_page(page, f"{root.address}/train?{CHOICE}")
    expect(page.get_by_role("slider", name="Maps").first).to_have_value("24")
    (cookie,) = [cookie for cookie in page.context.cookies() if cookie["name"] == COOKIE]
    assert cookie["secure"]
    assert cookie["httpOnly"]
    page.get_by_role("link", name="Activations").first.click()
    page.wait_for_url(re.compile(f"{root.address}/activations"))
    page.locator(IDLE).wait_for()


def test_the_lab_under_a_path(path: Site, visit) -> None:
    assert fetch(f"{path.address}/mnist").headers["Location"] == "/mnist/"
    page = visit()
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    open_page(page, f"{path.address}/mnist/train?{CHOICE}")
    expect(page.get_by_role("slider", name="Maps").first).to_have_value("24")
    page.get_by_role("link", name="Activations").first.click()
    page.wait_for_url(re.compile(f"{path.address}/mnist/activations"))
    page.locator(IDLE).wait_for()
    open_page(page, f"{path.address}/mnist/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert {url.split("?")[0] for url in sockets} == {f"{path.address.replace('https', 'wss')}/mnist/_stcore/stream"}
    assert fetch(f"{path.address}/").status == 404
    assert fetch(f"{path.address}/mnist/health").status == 200
    # Whoever watches a wrong address is not told that all is well.
    for nowhere in ("nothing", "nothing/health", "mnist/oip"):
        assert fetch(f"{path.address}/mnist/{nowhere}").status == 404


@pytest.mark.parametrize("where", ["/metrics", "/ready", "/_stcore/metrics"])
def test_figures_of_the_server_are_not_passed_on(root: Site, path: Site, where: str) -> None:
    assert fetch(root.address + where).status == 404
    assert fetch(f"{path.address}/mnist{where}").status == 404

    assert fetch(f"{root.address}/health").status == 200


def test_those_who_watch_ask_the_app_itself(apps: Apps) -> None:
    # Its workers are lacking, as this test wants it; the shared scheduler answers, or it would say something else.
    address = f"http://127.0.0.1:{apps.ports[0]}"
    ready = wait_for(
        lambda: (answer := fetch(f"{address}/ready")).body.count(b"No worker") and answer, SECONDS, "the scheduler"
    )
    assert ready.status == 503
    assert b"mnistlab_sessions" in fetch(f"{address}/metrics").body


def test_a_picture_of_nine_megabytes_arrives_and_a_larger_one_is_stopped(
    root: Site, installed: Installed, visit, tmp_path
) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (1750, 1750, 3), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    assert 9_000_000 < (tmp_path / "noise.png").stat().st_size < 10_000_000
    page = visit()
    for chance, patience in enumerate(WAITS, start=1):
        open_page(page, f"{root.address}/dream")
        page.get_by_text("Bring your own").click()
        page.locator("input[type=file]").set_input_files(tmp_path / "noise.png")
        try:
            page.wait_for_url(re.compile(r"picture="), timeout=patience)
            break
        except Error:
            # On a machine this full a browser's line may break while it brings its file; what else it may be is in the log.
            print(page.url, page.inner_text("body"), sep="\n")
            assert chance < len(WAITS), "the picture has not arrived"
    request = urllib.request.Request(f"{root.address}/", data=bytes(70_000_000), method="POST")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        _opener.open(request, timeout=SECONDS)
    assert refusal.value.code == 413
    refusal.value.close()


def test_a_visitor_is_who_has_logged_in(login: Site, visit) -> None:
    assert fetch(login.address).status == 401
    for name in PASSWORDS:
        page = visit(login=name)
        open_page(page, f"{login.address}/lab")
        expect(page.get_by_role("button", name=f"You: {name.title()}")).to_be_visible()


def seen_by(at: Site, **headers: str) -> str:
    """Return whose page the app draws for a websocket with these headers."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    address = at.address.replace("https", "wss") + "/_stcore/stream"
    with connect(
        address, subprotocols=["streamlit"], origin=at.address, additional_headers=headers, ssl=UNCHECKED, max_size=None
    ) as socket:
        socket.send(message.SerializeToString())
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            found = re.search(rb"You: (visitor [0-9a-f]{4}|\w+)", bytes(socket.recv(SECONDS)))
            if found:
                return found[1].decode()
    raise AssertionError("the app drew no page")


def test_nobody_becomes_somebody_else_by_a_header(login: Site, root: Site) -> None:
    bob = "Basic " + base64.b64encode(f"bob:{PASSWORDS['bob']}".encode()).decode()
    forged = {"X-Forwarded-User": "ada", "X_Forwarded_User": "ada"}
    assert seen_by(login, Authorization=bob) == "Bob"
    assert seen_by(login, Authorization=bob, **forged) == "Bob"
    wrong = "Basic " + base64.b64encode(b"ada:wrong").decode()
    for headers in (forged, forged | {"Authorization": wrong}):
        with pytest.raises(Exception, match="401"):
            seen_by(login, **headers)
    # Where nobody logs in, a name is worth nothing.
    assert seen_by(root, Authorization=bob, **forged).startswith("visitor ")


@pytest.mark.soak
def test_visitors_stay_with_their_process_until_it_dies(root: Site, installed: Installed, apps: Apps, visit) -> None:
    # Last, since it ends one of the apps. Which token leads where is nginx's to say: these are some to choose from.
    tokens = [f"{number:02d}".ljust(40, "x") for number in range(20)]
    for token in tokens:
        assert fetch(f"{root.address}/health", Cookie=f"{COOKIE}={token}").status == 200
    wait_for(lambda: all(root.ports(token) for token in tokens), 30, "the lines of the log")
    first, second = (next(token for token in tokens if root.ports(token) == [port]) for port in apps.ports)

    ann, bob = visit(first, root), visit(second, root)
    run = start(ann, Server(root.address, apps.processes[apps.ports[0]], installed.store, installed.store), SMALL)
    open_page(bob, f"{root.address}/train?run={run}")
    expect(bob.get_by_text("look at it, and copy what you like")).to_be_visible()
    for _ in range(2):
        for page in (ann, bob):
            page.reload()
            page.locator(IDLE).wait_for()
    for token, port in zip((first, second), apps.ports, strict=True):
        assert set(root.ports(token)) == {port}
        assert len(root.ports(token)) > 10

    ended = apps.processes[apps.ports[0]]
    ended.kill()
    ended.wait()
    # Ann's tab notices by itself that its line is cut, and asks for a new one.
    wait_for(lambda: apps.ports[1] in root.ports(first), SECONDS, "nginx to go on to the other process")
    open_page(ann, f"{root.address}/train?run={run}")
    expect(ann.get_by_text("look at it, and copy what you like")).to_have_count(0)
    assert root.ports(first)[-1] == apps.ports[1]
    open_page(bob, f"{root.address}/train?run={run}")
