"""A real server: whom it answers, whom it believes, and whom it asks. Without a browser, which would not do such things."""

import socket
import threading
import time
import urllib.error
import urllib.request
import uuid
from contextlib import ExitStack, suppress

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from support.browser import WITHOUT_WORKERS, running_server
from support.frames import BINARY, CONTINUATION, PING, frame
from support.tabs import cookies_of, open_tab, refusal
from websockets.exceptions import ConnectionClosed

from mnistlab.ui.gate.asgi import POLICY_VIOLATION
from mnistlab.ui.gate.floods import BURST, SECONDS, TOO_BIG

BEHIND_A_PROXY = {"MNISTLAB_LOGIN": "header", "MNISTLAB_USER_HEADER": "X-Forwarded-User"}
NO_LOGIN = "This lab is reached through its proxy"


@pytest.fixture(scope="module")
def silent():
    """A place outside that takes connections and says nothing, as behind a firewall that drops packets; and who came."""
    came = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen():
            while True:
                try:
                    came.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", came
        server.shutdown(socket.SHUT_RDWR)
    for connection in came:
        connection.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory, silent):
    """A lab with named hosts, whose every question to the outside goes to the silent place."""
    outside = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), silent[0])
    home = tmp_path_factory.mktemp("lab")
    limits = {"MNISTLAB_HOSTS": "lab.example", "MNISTLAB_UPLOAD_PER_VISITOR": "20", "no_proxy": ""}
    with running_server(home, "--lab", **limits, **outside, **WITHOUT_WORKERS) as server:
        yield server


def status(address, method="GET", body=None, **headers):
    """Return the status and the text of an answer."""
    request = urllib.request.Request(address, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def text_of(messages):
    return "\n".join(str(message.delta) for message in messages if message.WhichOneof("type") == "delta")


def test_nobody_outside_is_asked_and_another_page_is_refused_at_once(lab, silent):
    port = lab.address.rpartition(":")[2]
    name = f"lab.example:{port}"
    for origin in (
        "http://evil.example",
        f"http://localhost:{port}",
        "http://127.0.0.1:8000",
        "http://lab.example:1",
        "null",
    ):
        assert refusal(lab.address, name=name, origin=origin) == 403, origin
    assert refusal(lab.address, name=name) == 0
    assert silent[1] == []
    said = lab.said.read_text(encoding="utf-8")
    assert "It answers to lab.example." in said
    assert "Network URL" not in said
    assert "External URL" not in said


def test_who_watches_over_it_needs_no_name(lab):
    for path in ("/health", "/metrics"):
        assert status(lab.address + path)[0] == 200
    assert status(f"{lab.address}/ready")[0] in (200, 503)
    code, sentence = status(f"{lab.address}/")
    assert code == 421
    assert "MNISTLAB_HOSTS=127.0.0.1" in sentence
    assert status(f"{lab.address}/_stcore/metrics", Host="lab.example")[0] == 404


def test_what_one_session_uploads_is_bounded(lab):
    host = "lab.example"
    cookies = cookies_of(lab.address, Host=host)
    shown = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    file = b"--x\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n" + b"0" * 9_000_000 + b"\r\n--x--\r\n"
    about = {"X-Xsrftoken": cookies["_streamlit_xsrf"], "Content-Type": "multipart/form-data; boundary=x"}
    with open_tab(lab.address, name=host, **shown) as tab:
        started = next(message for message in tab.run() if message.WhichOneof("type") == "new_session")
        session = started.new_session.initialize.session_id
        answers = [
            status(
                f"{lab.address}/_stcore/upload_file/{session}/{uuid.uuid4()}", "PUT", file, Host=host, **shown, **about
            )
            for _ in range(4)
        ]
        assert [code for code, _ in answers] == [204, 204, 413, 413]
        assert "20 MB an hour" in answers[-1][1]
        assert "20 MB an hour" in text_of(tab.run()), "the page tells what the uploader does not"
        assert "20 MB an hour" not in text_of(tab.run())


def test_a_login_is_believed_from_its_proxy_only(tmp_path):
    proxy = BEHIND_A_PROXY | {"MNISTLAB_PROXY": "127.0.0.2"}
    with running_server(tmp_path / "home", "--lab", **proxy, **WITHOUT_WORKERS) as server:
        listens = {entry.laddr.ip for entry in psutil.Process(server.process.pid).net_connections() if not entry.raddr}
        assert listens == {"127.0.0.1"}, "nobody comes around the proxy"
        for comes_from, believed in (("127.0.0.1", False), ("127.0.0.2", True), ("127.0.0.3", False)):
            with open_tab(server.address, comes_from, **{"X-Forwarded-User": "alice"}) as tab:
                text = text_of(tab.run())
                assert (NO_LOGIN not in text) is believed
                assert ("You:" in text) is believed
        for login in ({}, {"X_Forwarded_User": "root"}, {"x-forwarded-user": ""}):
            with open_tab(server.address, "127.0.0.2", **login) as tab:
                assert NO_LOGIN in text_of(tab.run()), login


@pytest.mark.parametrize("options", [("--address", "::1"), ("--lab", "--address", "::")])
def test_it_listens_by_the_newer_protocol_too(tmp_path, options):
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with running_server(tmp_path / "home", *options, host="::1", **WITHOUT_WORKERS) as server:
        assert status(f"{server.address}/")[0] == 200
        assert refusal(server.address, comes_from="::1") == 0
        assert refusal(server.address, comes_from="::1", origin="http://[::1]:1") == 403
        if "::" in options:
            assert status(f"{server.address.replace('[::1]', '127.0.0.1')}/")[0] == 200


def pour(tab, content):
    """Send bytes below the tab's websocket, in a thread: the server stops reading."""

    def send():
        with suppress(OSError):
            tab.line.socket.sendall(content)

    threading.Thread(target=send, daemon=True).start()


def test_a_flood_holds_up_its_own_socket_only(tmp_path):
    """Beats of a heart are answered one by one, so none can hide among others. Frames that are no messages, and a message of many parts, cost others as little."""
    beat, many = BackMsg(app_heartbeat=True).SerializeToString(), BURST + 200
    states = BackMsg(rerun_script={"widget_states": {"widgets": [{}] * 2_000_000}}).SerializeToString()
    with running_server(tmp_path / "home", "--lab", **WITHOUT_WORKERS) as server, ExitStack() as tabs:
        flood, pings, fragments, parts = (tabs.enter_context(open_tab(server.address)) for _ in range(4))
        flood.run()
        began = time.monotonic()
        for _ in range(many):
            flood.line.send(beat)
        pour(pings, frame(PING) * 800_000)
        pour(fragments, frame(BINARY, fin=False) + frame(CONTINUATION, fin=False) * 800_000)
        pour(parts, frame(BINARY, states))
        answers = []
        for _ in range(20):
            asked = time.monotonic()
            assert status(f"{server.address}/health")[0] == 200
            answers.append(time.monotonic() - asked)
            time.sleep(0.05)
        # One was five seconds, when uvicorn read as fast as it could.
        assert max(answers) < 1.5, answers
        with open_tab(server.address) as visitor:
            for _ in range(3):
                assert text_of(visitor.run())
        answered = 0
        while answered < many:
            message = ForwardMsg.FromString(flood.line.recv(60))
            answered += message.WhichOneof("type") == "heartbeat_ack"
        assert time.monotonic() - began >= 200 / BURST * SECONDS * 0.9
        for refused, code in ((fragments, POLICY_VIOLATION), (parts, TOO_BIG)):
            with pytest.raises(ConnectionClosed):
                refused.line.recv(60)
            assert refused.line.close_code == code
        # (The server reads no good-bye of one that has to wait.)
        pings.line.socket.shutdown(socket.SHUT_RDWR)
