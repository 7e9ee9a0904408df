"""How fast a websocket may ask, and what.

Each message of a page makes its script run again. A hand on a slider sends some five a second and a live page two to four, so a socket
that sends more is a program; it waits, and nobody waits with it. Nothing is lost: the line to the sender fills, that is all.
"""

import asyncio

from mnistlab.ui.gate.allowances import Allowances
from mnistlab.ui.gate.asgi import Message, Receive

BURST, SECONDS = 100, 5.0
# What a visitor's page asks. What else there is, empties every visitor's caches, asks for the state of this code's repository, or
# writes into its folder.
ASKED = {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"}
ASKED_BEHIND = {"deferred_file", "dataframe_chunk"}


def calmed(receive: Receive, burst: float = BURST, seconds: float = SECONDS) -> Receive:
    """Return `receive` of one websocket, at most `burst` messages at once and then so many in `seconds`, of those that pages send."""
    allowance = Allowances(burst, seconds)

    async def calmed() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            wait = allowance.wait("")
            if wait:
                await asyncio.sleep(wait)
            content = message.get("bytes")
            # (Text is no message of Streamlit's; it closes the line.)
            if content is None or is_asked_by_pages(content):
                return message

    return calmed


def is_asked_by_pages(content: bytes) -> bool:
    """Return whether a message is one that pages send. One that is none at all is left to Streamlit, which closes the line."""
    # Streamlit is there long before its first message; a gate without messages needs none.
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
