"""What a websocket may ask, and how fast: a flood slows its own socket, and nothing is lost but what no page sends."""

import asyncio
import time

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from support.audit_lines import audited

from mnistlab.logs import AUDIT, Seldom
from mnistlab.ui.gate import floods
from mnistlab.ui.gate.floods import BURST, SECONDS, is_asked_by_pages, rate_limited

RERUN = BackMsg(rerun_script={"query_string": "a=1"}).SerializeToString()
CLEAR = BackMsg(clear_cache=True).SerializeToString()


def passed(contents, **limits):
    """Return what comes through of messages that are all there at once, and the seconds it took."""
    waiting = [
        {"type": "websocket.connect"},
        *({"type": "websocket.receive", "bytes": content} for content in contents),
    ]
    waiting.append({"type": "websocket.disconnect", "code": 1000})

    async def receive():
        return waiting.pop(0)

    async def read():
        calm, got = rate_limited(receive, **limits), []
        while not got or got[-1]["type"] != "websocket.disconnect":
            got.append(await calm())
        return got

    began = time.monotonic()
    got = asyncio.run(read())
    return [message["bytes"] for message in got if "bytes" in message], time.monotonic() - began


def test_a_hundred_moves_of_a_slider_pass_at_once_and_all():
    contents = [BackMsg(rerun_script={"query_string": f"a={number}"}).SerializeToString() for number in range(100)]
    got, seconds = passed(contents)
    assert got == contents
    assert seconds < SECONDS / 2, "nobody waited"


def test_a_flood_waits_and_loses_nothing():
    contents = [RERUN] * 60
    got, seconds = passed(contents, burst=20, seconds=0.5)
    assert got == contents
    assert seconds >= 40 * 0.5 / 20 * 0.9


def test_one_flood_does_not_slow_another_socket():
    async def both():
        async def forever():
            return {"type": "websocket.receive", "bytes": RERUN}

        async def take(many):
            calm = rate_limited(forever, burst=5, seconds=1.0)
            for _ in range(many):
                await calm()
            return time.monotonic()

        began = time.monotonic()
        flood, visitor = await asyncio.gather(take(10), take(3))
        return flood - began, visitor - began

    flood, visitor = asyncio.run(both())
    assert flood >= 0.9
    assert visitor < flood / 2


def test_what_is_dropped_is_logged_once_a_minute(caplog, monkeypatch):
    monkeypatch.setattr(floods, "_not_asked", Seldom("turned away: a message that no page sends"))
    caplog.set_level("INFO", AUDIT)
    assert passed([CLEAR, RERUN, CLEAR])[0] == [RERUN]
    assert audited(caplog) == [("turned away: a message that no page sends", {"count": 1})]


def test_what_is_dropped_counts_too():
    _, seconds = passed([CLEAR] * 30, burst=10, seconds=0.2)
    assert seconds >= 20 * 0.2 / 10 * 0.9


@pytest.mark.parametrize(
    "message",
    [
        {"rerun_script": {}},
        {"stop_script": True},
        {"file_urls_request": {}},
        {"app_heartbeat": True},
        {"backend_operation_request": {"deferred_file": {}}},
        {"backend_operation_request": {"dataframe_chunk": {}}},
    ],
)
def test_what_pages_send_passes(message):
    assert is_asked_by_pages(BackMsg(**message).SerializeToString())


@pytest.mark.parametrize(
    "message",
    [
        {"clear_cache": True},
        {"set_run_on_save": True},
        {"load_git_info": True},
        {"debug_shutdown_runtime": True},
        {"debug_disconnect_websocket": True},
        {"backend_operation_request": {"install_skills": {}}},
        {"backend_operation_request": {"dismiss_skills_nudge": {}}},
        {"backend_operation_request": {}},
        {},
    ],
)
def test_what_no_page_sends_goes_no_further(message):
    content = BackMsg(**message).SerializeToString()
    assert not is_asked_by_pages(content)
    assert passed([RERUN, content, RERUN])[0] == [RERUN, RERUN]


def test_no_second_message_hides_behind_the_first():
    assert not is_asked_by_pages(RERUN + CLEAR)


def test_what_is_no_message_is_left_to_streamlit_which_closes_the_line():
    assert is_asked_by_pages(b"\xff\xff")
    assert passed([b"\xff\xff"])[0] == [b"\xff\xff"]


def test_the_burst_is_more_than_a_hand_can_do():
    assert BURST >= 100
    assert BURST / SECONDS >= 20


def test_a_large_message_counts_for_what_it_costs():
    large = BackMsg(rerun_script={"query_string": "a" * 1_000_000}).SerializeToString()
    got, seconds = passed([large] * 3, burst=22, seconds=0.2)
    assert got == [large] * 3
    assert seconds >= 0.3, "21 each of 22: two of three waited"


def test_what_is_too_large_is_left_to_streamlit_which_closes_the_connection_unread(monkeypatch):
    # Its last part says that it is one that no page sends: whoever reads it all would drop it, and go on.
    huge = RERUN + b"\x0a\x00" * 3_000_000 + CLEAR
    monkeypatch.setattr("mnistlab.ui.gate.floods.is_asked_by_pages", lambda content: pytest.fail("it was read"))
    assert passed([huge])[0] == [huge]
