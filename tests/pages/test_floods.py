"""What a websocket may ask, and how fast: a flood slows its own socket, and nothing is lost but what no page sends."""

import asyncio
import time

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from support.audit_lines import audited

from mnistlab.logs import AUDIT, Seldom
from mnistlab.ui.gate import floods as floods_module
from mnistlab.ui.gate.asgi import Message
from mnistlab.ui.gate.floods import BURST, DOWNLOAD, MOST_FILES, SECONDS, TOO_BIG, Floods, more_than_a_message

RERUN = BackMsg(rerun_script={"query_string": "a=1"}).SerializeToString()
CLEAR = BackMsg(clear_cache=True).SerializeToString()


def states(count):
    return BackMsg(rerun_script={"widget_states": {"widgets": [{}] * count}}).SerializeToString()


async def read(floods, contents, visitor="v", network="n"):
    """Return the messages that come through to the end, of those that are all there at once, what was sent, and the seconds it took."""
    waiting: list[Message] = [
        {"type": "websocket.connect"},
        *({"type": "websocket.receive", "bytes": content} for content in contents),
    ]
    waiting.append({"type": "websocket.disconnect", "code": 1000})
    got: list[Message] = []
    sent: list[Message] = []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    began = time.monotonic()
    calm, answer = floods.calmed(receive, send, visitor, network)
    while not got or got[-1]["type"] != "websocket.disconnect":
        got.append(await calm())
    await answer({"type": "websocket.send", "bytes": b"page"})
    return got, sent, time.monotonic() - began


def passed(contents, **limits):
    """Return the contents that come through, and the seconds it took."""
    got, _, seconds = asyncio.run(read(Floods(**limits), contents))
    return [message["bytes"] for message in got if "bytes" in message], seconds


def test_forty_moves_of_a_slider_pass_at_once_and_all():
    contents = [BackMsg(rerun_script={"query_string": f"a={number}"}).SerializeToString() for number in range(BURST)]
    got, seconds = passed(contents)
    assert got == contents
    assert seconds < SECONDS / 2, "nobody waited"


def test_a_flood_waits_and_loses_nothing():
    contents = [RERUN] * 60
    got, seconds = passed(contents, burst=20, seconds=0.5)
    assert got == contents
    assert seconds >= 40 * 0.5 / 20 * 0.9


def test_one_flood_does_not_slow_another_socket_not_even_of_its_visitor():
    async def both():
        floods = Floods(burst=5, seconds=1.0)
        return await asyncio.gather(read(floods, [RERUN] * 10), read(floods, [RERUN] * 3))

    (*_, flood), (*_, visitor) = asyncio.run(both())
    assert flood >= 0.9
    assert visitor < flood / 2


def test_what_is_dropped_is_logged_once_a_minute(caplog, monkeypatch):
    monkeypatch.setattr(floods_module, "_not_asked", Seldom("turned away: a message that no page sends"))
    caplog.set_level("INFO", AUDIT)
    assert passed([CLEAR, RERUN, CLEAR])[0] == [RERUN]
    assert audited(caplog) == [("turned away: a message that no page sends", {"count": 1})]


def times(floods, visitors, each):
    """Return the seconds each of several sockets takes for `each` messages, all at the same time."""

    async def all_of_them():
        return await asyncio.gather(*(read(floods, [RERUN] * each, visitor) for visitor in visitors))

    return [seconds for *_, seconds in asyncio.run(all_of_them())]


def test_many_sockets_of_one_visitor_are_no_more_than_one_and_a_half():
    # 20 sockets with 2 each: 40, of which 7.5 pass at once and 30 a second after that.
    assert max(times(Floods(burst=5, seconds=0.25), ["v"] * 20, 2)) >= 32.5 / 30 * 0.9
    assert max(times(Floods(burst=5, seconds=0.25), [""] * 20, 2)) >= 32.5 / 30 * 0.9, "nor of those without a cookie"


def test_a_class_behind_one_router_waits_for_nobody():
    """A page that waits for an answer asks up to seven times a second; for three seconds here, thirty of them."""
    students = [f"student {number}" for number in range(30)]
    assert max(times(Floods(BURST, SECONDS), students, 3 * 7)) < 3


def test_who_floods_does_not_use_up_the_allowance_of_the_class():
    floods = Floods(burst=10, seconds=100.0)

    async def beside():
        # 50 sockets of one visitor, each with more than the rest of the class is allowed together.
        flood = [asyncio.create_task(read(floods, [RERUN] * 1_000, "flood")) for _ in range(50)]
        await asyncio.sleep(0.05)
        *_, seconds = await read(floods, [RERUN] * 10, "student")
        for task in flood:
            task.cancel()
        await asyncio.gather(*flood, return_exceptions=True)
        return seconds

    assert asyncio.run(beside()) < 5


def test_names_made_up_at_will_are_bounded_by_their_network():
    # 60 of them with 5 each: 300, of which 75 pass at once, and 300 a second after that.
    assert max(times(Floods(burst=5, seconds=0.25), [f"v{number}" for number in range(60)], 5)) >= 225 / 300 * 0.9


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
    ],
)
def test_what_pages_send_passes(message):
    assert more_than_a_message(BackMsg(**message).SerializeToString()) is not None


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
        # No page draws a data frame.
        {"backend_operation_request": {"dataframe_chunk": {}}},
        {"backend_operation_request": {}},
        {},
    ],
)
def test_what_no_page_sends_goes_no_further(message):
    content = BackMsg(**message).SerializeToString()
    assert more_than_a_message(content) is None
    assert passed([RERUN, content, RERUN])[0] == [RERUN, RERUN]


def test_addresses_are_asked_for_a_handful_of_files():
    """20 kB have room for 9,900 names without letters, whose answer has 2.3 MB and keeps all visitors waiting while it is made; 2 kB for 990."""
    few, many = (
        BackMsg(file_urls_request={"file_names": [""] * count}).SerializeToString()
        for count in (MOST_FILES, MOST_FILES + 1)
    )
    assert passed([few, many, RERUN])[0] == [few, RERUN]


def test_a_file_that_is_made_when_it_is_asked_for_costs_more():
    """Six threads make them for everybody."""
    asked = BackMsg(backend_operation_request={"deferred_file": {"file_id": "report"}}).SerializeToString()
    got, seconds = passed([asked] * 4, burst=DOWNLOAD + 1, seconds=0.3)
    assert got == [asked] * 4
    assert seconds >= 3 * 0.3 * 0.9


def test_no_second_message_hides_behind_the_first():
    assert more_than_a_message(RERUN + CLEAR) is None


def test_what_is_no_message_is_left_to_streamlit_which_closes_the_line():
    assert more_than_a_message(b"\xff\xff") is not None
    assert passed([b"\xff\xff"])[0] == [b"\xff\xff"]


def test_the_burst_is_more_than_a_hand_can_do():
    assert BURST >= 40
    assert BURST / SECONDS >= 20


def test_a_large_message_counts_for_what_it_costs():
    large = BackMsg(rerun_script={"query_string": "a" * 1_000_000}).SerializeToString()
    got, seconds = passed([large] * 3, burst=22, seconds=0.2)
    assert got == [large] * 3
    assert seconds >= 0.3, "21 each of 22: two of three waited"


def test_a_message_of_thousands_of_parts_closes_the_connection_unread(caplog, monkeypatch):
    monkeypatch.setattr(floods_module, "_closed", Seldom("websocket closed: it sent what no page does"))
    caplog.set_level("INFO", AUDIT)
    monkeypatch.setattr("mnistlab.ui.gate.floods.more_than_a_message", lambda content: pytest.fail("it was read"))
    got, sent, _ = asyncio.run(read(Floods(), [states(100_000), RERUN]))
    assert got == [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": TOO_BIG}]
    assert sent == [{"type": "websocket.close", "code": TOO_BIG}], "and nothing is sent after that"
    fields = {"reason": "a message of thousands of parts", "count": 1}
    assert audited(caplog) == [("websocket closed: it sent what no page does", fields)]


def test_so_does_a_small_message_of_thousands_of_parts():
    """Four sockets with 20 such messages a second kept all visitors waiting for 4 s."""
    got, sent, _ = asyncio.run(read(Floods(), [states(9_900), RERUN]))
    assert len(states(9_900)) < 20_000
    assert got == [{"type": "websocket.connect"}, {"type": "websocket.disconnect", "code": TOO_BIG}]
    assert sent == [{"type": "websocket.close", "code": TOO_BIG}]


def test_a_message_of_many_parts_counts_for_what_it_costs():
    many = states(4_500)
    got, seconds = passed([many] * 3, burst=10, seconds=0.2)
    assert got == [many] * 3
    assert seconds >= 0.3, "10 each of 10: two of three waited"


def test_what_is_too_large_is_left_to_streamlit_which_closes_the_connection_unread(monkeypatch):
    # Its last part says that it is one that no page sends: whoever reads it all would drop it, and go on.
    huge = RERUN + b"\x0a\x00" * 3_000_000 + CLEAR
    monkeypatch.setattr("mnistlab.ui.gate.floods.more_than_a_message", lambda content: pytest.fail("it was read"))
    assert passed([huge])[0] == [huge]
