"""How many parts a message has, counted from its bytes: what pages send passes, what was made up to be costly does not."""

import time

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from mnistlab.ui.gate.parts import MOST_PARTS, SMALL_BYTES, parts_of

ID = "$$ID-" + "0" * 32 + "-train_"


def message(widgets=(), **more):
    return BackMsg(rerun_script={"widget_states": {"widgets": widgets}, **more}).SerializeToString()


def sized(field, content):
    """Return a field of that number with content, as bytes."""
    size, number = len(content), b""
    while size > 0x7F:
        number += bytes([size & 0x7F | 0x80])
        size >>= 7
    return bytes([field << 3 | 2]) + number + bytes([size]) + content


def in_widget_states(content):
    return sized(11, sized(2, content))


CONTROLS = [
    *({"id": f"{ID}{number}", "double_array_value": {"data": [number, -1.5]}} for number in range(150)),
    *({"id": f"{ID}{number}", "string_value": "x" * 100} for number in range(150)),
    *({"id": f"{ID}{number}", "string_array_value": {"data": ["a", "b", "c"]}} for number in range(50)),
    *({"id": f"{ID}{number}", "int_array_value": {"data": [number, -1]}} for number in range(50)),
    {"id": ID, "file_uploader_state_value": {"uploaded_file_info": [{"name": "a.png", "file_urls": {"file_id": "a"}}]}},
]


@pytest.mark.parametrize(
    "content",
    [
        message(CONTROLS, query_string="a=1", cached_message_hashes=["0" * 32] * 500, context_info={"locale": "en"}),
        message([*CONTROLS, {"id": ID, "json_value": "[[1,2]]" * 500_000}]),
        message([{"id": ID, "bytes_value": b"\xff" * 4_000_000}]),
        BackMsg(file_urls_request={"file_names": ["a" * 200] * 200, "session_id": "s"}).SerializeToString(),
    ],
    ids=["four hundred controls", "a long drawing", "bytes", "many files"],
)
def test_what_pages_send_passes(content):
    assert len(content) > SMALL_BYTES, "else it is not looked at"
    assert parts_of(content) <= MOST_PARTS


@pytest.mark.parametrize(
    "content",
    [
        message([{}] * 100_000),
        message([{"id": "a", "int_array_value": {"data": [1] * 100_000}}]),
        message([{"id": "a", "double_array_value": {"data": [1.0] * 10_000}}]),
        message([{"id": "a", "string_array_value": {"data": [""] * 100_000}}]),
        message(cached_message_hashes=[""] * 100_000),
        BackMsg(file_urls_request={"file_names": [""] * 100_000}).SerializeToString(),
        # Numbers one by one, fields again and again, fields that nobody knows, messages in pieces.
        in_widget_states(sized(1, sized(8, b"\x08\x02" * 100_000))),
        b"\x38\x01" * 100_000,
        sized(11, b"\xf8\x01\x01" * 100_000),
        in_widget_states(b"\x0a\x00" * 50) * 1_000,
        # Groups, unknown wire types, a number without an end, and what goes beyond its frame.
        b"\x0b\x0c" * 50_000,
        b"\x0f" * 50_000,
        b"\xff" * 4_000_000,
        sized(11, b"\x12\xff\x7f" + b"\x0a\x00" * 50_000),
        b"\x5a\xff\xff\xff\x7f" + b"\x0a\x00" * 50_000,
        sized(1, b"a" * 50_000) + b"\x08",
    ],
)
def test_what_no_page_sends_is_found_out_soon(content):
    began = time.process_time()
    assert parts_of(content) > MOST_PARTS
    assert time.process_time() - began < 0.2


def test_exactly_as_many_as_allowed_pass():
    # The message, its widget states, and per widget itself and its name.
    widgets = [{"id": "a" * 20}] * ((MOST_PARTS - 2) // 2)
    assert parts_of(message(widgets)) <= MOST_PARTS
    assert parts_of(message([*widgets, {}])) > MOST_PARTS


def test_no_message_that_is_read_hides_more_than_were_counted():
    """What is left to be read, however it was put together, has few parts for Streamlit, too."""
    hidden = in_widget_states(b"\x0a\x00" * 100_000)
    for before in (
        b"\x2b\x2c",
        b"\x0d\x00\x00\x00\x00",
        b"\x09" + b"\0" * 8,
        sized(31, b"\x0b"),
        b"\x08" + b"\xff" * 9 + b"\x01",
    ):
        assert parts_of(before + hidden) > MOST_PARTS
