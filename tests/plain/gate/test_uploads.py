"""What visitors upload is counted, however they come: for their session, their token and their address."""

import asyncio

import pytest
from support.gates import scope_of

from mnistlab.ui.gate.uploads import TooMuchError, Uploads

CHUNK = 100_000


def put(uploads, megabytes, session="s", visitor="v", client="192.0.2.7", announced=False):
    """Send so much in pieces; return whether all of it was taken."""
    size = round(megabytes * 1_000_000)
    scope = scope_of(path=f"/_stcore/upload_file/{session}/f", method="PUT", client=client)
    if announced:
        scope["headers"].append((b"content-length", str(size).encode()))
    sizes = [CHUNK] * (size // CHUNK) + [size % CHUNK]

    async def receive():
        return {"type": "http.request", "body": b"x" * sizes.pop(), "more_body": bool(sizes)}

    async def take():
        counted = uploads.counted(scope, receive, visitor)
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
    uploads = Uploads(2)
    taken = [put(uploads, 0.9, **{new: f"{new}-{number}"}, announced=announced) for number in range(5)]
    assert taken == [True, True, False, False, False]


def test_both_anew_have_the_addresss_share():
    uploads = Uploads(1)
    taken = [put(uploads, 0.9, session=f"s{number}", visitor=f"v{number}") for number in range(10)]
    assert taken == [True] * 4 + [False] * 6
    assert put(uploads, 0.9, session="t", visitor="w", client="192.0.2.8"), "others go on"


def test_what_is_announced_is_refused_before_it_is_sent():
    uploads = Uploads(2)
    assert not put(uploads, 2.1, announced=True)
    assert put(uploads, 1.9, announced=True), "what was never taken costs nothing"


@pytest.mark.parametrize("length", ["9" * 5000, "²", "-1", "many"])
def test_a_strange_length_is_no_way_around(length):
    scope = scope_of(path="/_stcore/upload_file/s/f", method="PUT", content_length=length.encode().decode("latin-1"))

    async def receive():
        return {"type": "http.request", "body": b"x" * 1_100_000, "more_body": False}

    with pytest.raises(TooMuchError):
        asyncio.run(Uploads(1).counted(scope, receive, "v")())


def test_only_uploads_are_counted():
    uploads = Uploads(1)
    assert uploads.concern(scope_of(path="/_stcore/upload_file/s/f", method="PUT"))
    assert uploads.concern(scope_of(path="/base/_stcore/upload_file/s/f", method="PUT"))
    assert not uploads.concern(scope_of(path="/_stcore/upload_file/s/f", method="DELETE"))
    assert not uploads.concern(scope_of("websocket", path="/_stcore/stream"))
