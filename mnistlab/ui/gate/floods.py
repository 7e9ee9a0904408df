"""The rate and the kinds of messages of a websocket.

Each message of a page makes its script run again. A hand on a slider sends about five a second and a live page two to four, so a socket
that sends more, or much at once, is a program; it has to wait, without delaying others. Nothing is lost: TCP's flow control stops the sender.
"""

import asyncio

from mnistlab.logs import Seldom
from mnistlab.ui.gate.allowances import Allowances
from mnistlab.ui.gate.asgi import Message, Receive

BURST, SECONDS = 100, 5.0
# A message counts as one more for each so many bytes, because all visitors wait while it is read.
BYTES = 50_000
# The messages that pages send. Others would clear every visitor's caches, ask for the state of this code's repository, or
# write into its folder.
ASKED = {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"}
ASKED_BEHIND = {"deferred_file", "dataframe_chunk"}
_not_asked = Seldom("turned away: a message that no page sends")


def rate_limited(receive: Receive, burst: float = BURST, seconds: float = SECONDS) -> Receive:
    """Return a `receive` of one websocket that passes on only messages of pages, at most `burst` at once and `burst` in `seconds` after that."""
    allowance = Allowances(burst, seconds)

    async def rate_limited() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            content = message.get("bytes")
            wait = allowance.wait("", 1 + len(content or b"") / BYTES)
            if wait:
                await asyncio.sleep(wait)
            # Streamlit sends no text messages, and closes the connection after one, or after one that is too large, without reading it.
            if content is None or is_too_large(content) or is_asked_by_pages(content):
                return message
            _not_asked.tell()

    return rate_limited


def is_too_large(content: bytes) -> bool:
    """Return whether Streamlit refuses a message for its size (`server.maxWidgetStateSize`), before it reads it."""
    from streamlit.runtime.runtime_util import get_max_widget_state_size_bytes

    # (The configuration is read for large ones only.)
    return len(content) > BYTES and len(content) > get_max_widget_state_size_bytes()


def is_asked_by_pages(content: bytes) -> bool:
    """Return whether a message is one that pages send. An invalid message is left to Streamlit, which closes the connection."""
    # Imported here, because Streamlit has loaded it by its first message, and a gate without messages does not need it.
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    try:
        message = BackMsg.FromString(content)
    except DecodeError:
        return True
    kind = message.WhichOneof("type")
    if kind == "backend_operation_request":
        return any(message.backend_operation_request.HasField(name) for name in ASKED_BEHIND)
    return kind in ASKED
