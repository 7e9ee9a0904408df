"""What visitors upload is counted, however they come: for their session, their token and their address."""

import asyncio
import re
import tomllib
import uuid
from pathlib import Path

import pytest
from support.gates import answer, scope_of

from mnistlab.logs import Seldom
from mnistlab.model_files.contents import MOST_FILE_BYTES
from mnistlab.ui.gate import Gate, Hosts, Proxies, policy, uploads
from mnistlab.ui.gate import gate as gate_module
from mnistlab.ui.gate.uploads import BYTES_A_FILE, StrangePathError, TooMuchError, Uploads

ROOT = Path(__file__).parents[3]
CHUNK = 100_000
FILE = uuid.UUID(int=1)


def path_of(session="s", file=FILE):
    """Return where a page of a session sends a file."""
    return f"/_stcore/upload_file/{uuid.uuid5(uuid.NAMESPACE_OID, session)}/{file}"


def put(hourly, megabytes, session="s", visitor="v", client="192.0.2.7", announced=False):
    """Send so much in pieces; return whether all of it was taken."""
    size = round(megabytes * 1_000_000)
    scope = scope_of(path=path_of(session), method="PUT", client=client)
    if announced:
        scope["headers"].append((b"content-length", str(size).encode()))
    sizes = [CHUNK] * (size // CHUNK) + [size % CHUNK]

    async def receive():
        return {"type": "http.request", "body": b"x" * sizes.pop(), "more_body": bool(sizes)}

    async def take():
        counted = hourly.counted(scope, receive, visitor)
        while (await counted())["more_body"]:
            pass

    try:
        asyncio.run(take())
    except TooMuchError:
        return False
    return True


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("new", ["session", "visitor"])
def test_a_new_session_or_token_alone_gives_no_more(announced, new):
    hourly = Uploads(2)
    taken = [put(hourly, 0.9, **{new: f"{new}-{number}"}, announced=announced) for number in range(5)]
    assert taken == [True, True, False, False, False]


def test_both_anew_have_the_addresss_share():
    hourly = Uploads(1)
    taken = [put(hourly, 0.9, session=f"s{number}", visitor=f"v{number}") for number in range(10)]
    assert taken == [True] * 4 + [False] * 6
    assert put(hourly, 0.9, session="t", visitor="w", client="192.0.2.8"), "others go on"


def test_what_is_announced_is_refused_before_it_is_sent():
    hourly = Uploads(2)
    assert not put(hourly, 2.1, announced=True)
    assert put(hourly, 1.9, announced=True), "what was never taken costs nothing"


@pytest.mark.parametrize("length", ["9" * 5000, "²", "-1", "many"])
def test_a_strange_length_is_no_way_around(length):
    scope = scope_of(path=path_of(), method="PUT", content_length=length.encode().decode("latin-1"))

    async def receive():
        return {"type": "http.request", "body": b"x" * 1_100_000, "more_body": False}

    with pytest.raises(TooMuchError):
        asyncio.run(Uploads(1).counted(scope, receive, "v")())


def test_only_uploads_are_counted():
    hourly = Uploads(1)
    assert hourly.is_upload(scope_of(path="/_stcore/upload_file/s/f", method="PUT"))
    assert hourly.is_upload(scope_of(path="/base/_stcore/upload_file/s/f", method="PUT"))
    assert not hourly.is_upload(scope_of(path="/_stcore/upload_file/s/f", method="DELETE"))
    assert not hourly.is_upload(scope_of("websocket", path="/_stcore/stream"))


def test_who_was_refused_is_told_once(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_TO_TELL", 2)
    to_tell = uploads.ToTell()
    assert not to_tell.take("a")
    for visitor in ("a", "b", "b", "c"):
        to_tell.note(visitor)
    assert [to_tell.take(visitor) for visitor in ("a", "b", "c", "c")] == [False, True, True, False]


def test_whoever_passes_a_file_on_takes_the_largest():
    """The page of a set, Streamlit, nginx and the gate agree on it, each with a little more than the one before."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    streamlit = config["server"]["maxUploadSize"] * 2**20
    nginx = (ROOT / "deploy" / "nginx" / "mnistlab.conf").read_text()
    proxy = int(re.search(r"client_max_body_size (\d+)m;", nginx)[1]) * 2**20
    assert MOST_FILE_BYTES <= streamlit < proxy <= uploads.LONGEST


@pytest.mark.parametrize(
    ("client", "files", "elsewhere"),
    [
        ("2001:db8:0:1::{}", 4, "2001:db8:0:2::1"),
        # Some providers give a /48 to anybody: it has the share of four networks.
        ("2001:db8:0:{}::1", 17, "2001:db8:1::1"),
    ],
    ids=["network", "site"],
)
def test_addresses_of_ipv6_that_one_may_have_at_will_share_what_they_send(client, files, elsewhere):
    hourly = Uploads(1)
    taken = [
        put(hourly, 0.9, session=f"s{number}", visitor=f"v{number}", client=client.format(number))
        for number in range(files + 3)
    ]
    assert taken == [True] * files + [False] * 3
    assert put(hourly, 0.9, session="t", visitor="w", client=elsewhere), "others go on"


def test_an_empty_file_costs_something():
    hourly = Uploads(1)
    taken = [put(hourly, 0, announced=number % 2 == 0) for number in range(110)]
    assert taken.count(True) == 1_000_000 // BYTES_A_FILE
    assert taken.index(False) == 100


@pytest.mark.parametrize(
    "place",
    [
        f"{FILE}/{'x' * 55_000}",
        f"{'x' * 55_000}/{FILE}",
        f"{FILE}/{FILE}\n",
        f"{FILE}/{FILE}/",
        f"{FILE}/{FILE}x",
        f"{FILE}/",
        f"/_stcore/upload_file/{FILE}/{FILE}",
        str(FILE),
        "",
    ],
)
def test_nowhere_else(place):
    scope = scope_of(path=f"/_stcore/upload_file/{place}", method="PUT")
    with pytest.raises(StrangePathError):
        Uploads(1).counted(scope, None, "v")


class TestThroughTheGate:
    """What the gate hands to the counts, and what it keeps."""

    def answered(self, hourly, path=None, cookie="a" * 43, body=b""):
        async def app(scope, receive, send):
            while (await receive())["more_body"]:
                pass
            await send({"type": "http.response.start", "status": 204, "headers": []})

        gate = Gate(app, "token", Hosts("*"), Proxies([]), hourly, policy([]))
        scope = scope_of(path=path or path_of(), method="PUT", cookie=f"token={cookie}")
        return answer(gate, scope, [body])[0]["status"]

    def test_a_strange_path_is_not_found(self, caplog, monkeypatch):
        monkeypatch.setattr(gate_module, "_too_much", Seldom("upload refused"))
        with caplog.at_level("INFO"):
            assert self.answered(Uploads(1), f"/_stcore/upload_file/{FILE}/{'x' * 55_000}") == 404
        assert [record.getMessage() for record in caplog.records] == ["upload refused"]
        assert "x" * 100 not in str(vars(caplog.records[0]))

    def test_a_visitor_is_told_apart_by_a_token_of_ours_only(self, monkeypatch):
        monkeypatch.setattr(uploads, "to_tell", uploads.ToTell())
        monkeypatch.setattr(gate_module, "to_tell", uploads.to_tell)
        hourly = Uploads(1)
        for number in range(5):
            cookie = f"{number}" + "y" * 60_000
            assert self.answered(hourly, path_of(f"s{number}"), cookie, b"x" * 900_000) == (204 if number < 4 else 413)
            assert not uploads.to_tell.take(cookie)
        token = "b" * 43
        assert self.answered(hourly, path_of("t"), token, b"x" * 900_000) == 413
        assert uploads.to_tell.take(token)
        kept = [*hourly._each._left, *hourly._addresses._left, *hourly._sites._left]
        assert max(map(len, kept)) <= 16
        assert len(kept) == 9, "six sessions, one token, one address, one site"
