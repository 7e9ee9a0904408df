"""A download gives the right file or none at all, with one sentence; and it never hangs."""

import hashlib
import http.server
import socket
import threading
from contextlib import closing

import pytest
from support.sentences import assert_sentence, refused
from support.waiting import wait_for

from mnistlab.data import download as module
from mnistlab.data.download import BLOCK, Download, download
from mnistlab.errors import DataError
from mnistlab.settings import Settings

CONTENT = bytes(range(256)) * (BLOCK // 100)


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers each path in another way."""

    def do_GET(self):
        getattr(self, self.path.strip("/"))()

    def begin(self, length=len(CONTENT)):
        self.send_response(200)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def whole(self):
        self.begin()
        self.wfile.write(CONTENT)

    def without_length(self):
        self.begin(None)
        self.wfile.write(CONTENT)

    def silly_length(self):
        self.begin("many")
        self.wfile.write(CONTENT)

    def large(self):
        self.begin(None)
        self.wfile.write(bytes(3_500_000))

    def cut(self):
        self.begin()
        self.wfile.write(CONTENT[:-1000])

    def cut_chunk(self):
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"1000\r\nabc")

    def stalled(self):
        self.begin()
        self.wfile.write(CONTENT[:-1000])
        self.wfile.flush()
        self.server.over.wait()

    def silent(self):
        self.server.over.wait()

    def missing(self):
        self.send_error(404)

    def garbage(self):
        self.wfile.write(b"\x00\x01\n\nwhat?\n")

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.over = threading.Event()
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "data" / "mnist.npz"


def settings_for(address, content=CONTENT, patience=30.0):
    return Settings(download=address, download_sha256=hashlib.sha256(content).hexdigest(), download_patience=patience)


def assert_nothing_is_left(target):
    assert not target.parent.exists() or list(target.parent.iterdir()) == []


def assert_refused(target, settings, *words):
    with refused(DataError, *words):
        list(download(target, settings))
    assert_nothing_is_left(target)


def test_the_right_file_arrives_with_progress(server, target):
    progress = list(download(target, settings_for(f"{server}/whole")))
    assert target.read_bytes() == CONTENT
    assert list(target.parent.iterdir()) == [target]
    done = [done for done, _ in progress]
    assert len(done) > 1
    assert done == sorted(set(done))
    assert progress[-1] == (len(CONTENT), len(CONTENT))


def test_a_length_nobody_told_is_nought(server, target):
    assert list(download(target, settings_for(f"{server}/without_length")))[-1] == (len(CONTENT), 0)
    assert target.read_bytes() == CONTENT


def test_a_file_with_another_sum_is_thrown_away(server, target):
    assert_refused(target, settings_for(f"{server}/whole", b"other"), "127.0.0.1", "SHA-256")


def test_a_file_that_is_too_large_is_given_up(server, target, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", BLOCK)
    assert_refused(target, settings_for(f"{server}/whole"), "larger than")
    monkeypatch.setattr(module, "MOST_BYTES", 3_000_000)
    assert_refused(target, settings_for(f"{server}/large"), "larger than 3 MB")


def test_a_file_as_large_as_may_be_arrives(server, target, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", len(CONTENT))
    assert list(download(target, settings_for(f"{server}/whole")))[-1] == (len(CONTENT), len(CONTENT))


def test_all_folders_above_a_file_are_made_and_are_its_owners(server, tmp_path):
    target = tmp_path / "home" / "keras" / "mnist.npz"
    list(download(target, settings_for(f"{server}/whole")))
    assert target.read_bytes() == CONTENT
    assert target.parent.stat().st_mode & 0o777 == 0o700


# `silent` and `stalled` never end by themselves: only patience ends them.
@pytest.mark.parametrize("way", ["cut", "cut_chunk", "silly_length", "missing", "garbage", "silent", "stalled"])
def test_a_bad_answer_leaves_nothing(server, target, way):
    assert_refused(target, settings_for(f"{server}/{way}", patience=0.3), "127.0.0.1")


def test_a_refused_connection_is_told(target):
    with closing(socket.create_server(("127.0.0.1", 0))) as unused:
        port = unused.getsockname()[1]
    assert_refused(target, settings_for(f"http://127.0.0.1:{port}/"), "127.0.0.1", "embedded digits")


@pytest.mark.parametrize(
    "address",
    [
        "nonsense",
        "http://",
        "http://[::1",
        "http://127.0.0.1:port/",
        "http://" + "a" * 300,
        "gopher://x/",
        "http://a b/\n",
    ],
)
def test_an_address_that_is_none_is_told(target, address):
    assert_refused(target, settings_for(address))


def test_eighty_characters_of_a_host_are_told(target):
    assert_refused(target, settings_for("http://" + "a" * 300), f"fetched from {'a' * 80} (")


def test_a_folder_that_cannot_be_made_is_told(server, target):
    target.parent.write_text("a file where the folder should be")
    with refused(DataError):
        list(download(target, settings_for(f"{server}/whole")))


def test_an_earlier_file_survives_a_bad_download(server, target):
    target.parent.mkdir()
    target.write_bytes(b"earlier")
    with refused(DataError):
        list(download(target, settings_for(f"{server}/whole", b"other")))
    assert [path.read_bytes() for path in target.parent.iterdir()] == [b"earlier"]


def test_letting_go_of_a_download_leaves_nothing(server, target):
    fetching = download(target, settings_for(f"{server}/stalled"))
    next(fetching)
    fetching.close()
    assert_nothing_is_left(target)


def finished(fetch):
    wait_for(lambda: fetch.state in ("done", "failed"), 60, "the download's end")
    return fetch


def test_in_the_background_the_file_arrives(server, target):
    fetch = Download()
    assert fetch.state == "idle"
    fetch.start(target, settings_for(f"{server}/whole"))
    assert finished(fetch).state == "done"
    assert (fetch.done, fetch.total, fetch.reason) == (len(CONTENT), len(CONTENT), "")
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("address", ["{server}/missing", "{server}/silent", "http://[::1"])
def test_in_the_background_a_failure_has_its_sentence(server, target, address):
    fetch = Download()
    fetch.start(target, settings_for(address.format(server=server), patience=0.3))
    assert finished(fetch).state == "failed"
    assert_sentence(fetch.reason)
    assert_nothing_is_left(target)


def test_a_failed_download_can_be_started_again(server, target):
    fetch = Download()
    fetch.start(target, settings_for(f"{server}/missing"))
    assert finished(fetch).state == "failed"
    fetch.start(target, settings_for(f"{server}/whole"))
    assert finished(fetch).state == "done"
    assert fetch.reason == ""


def test_a_second_start_does_not_disturb_the_first(server, target):
    fetch = Download()
    fetch.start(target, settings_for(f"{server}/stalled", patience=1.0))
    wait_for(lambda: fetch.done, 60, "the first bytes")
    assert fetch.total == len(CONTENT)
    fetch.start(target, settings_for(f"{server}/whole"))
    assert finished(fetch).state == "failed"


def test_a_download_begins_with_nothing(server, target):
    fetch = Download()
    assert (fetch.state, fetch.done, fetch.total, fetch.reason) == ("idle", 0, 0, "")
    fetch.start(target, settings_for(f"{server}/cut"))
    finished(fetch)
    fetch.start(target, settings_for(f"{server}/silent", patience=0.3))
    assert (fetch.state, fetch.done, fetch.total, fetch.reason) == ("running", 0, 0, "")
    assert finished(fetch).done == 0
