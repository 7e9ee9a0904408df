"""The rate and the kinds of messages of a websocket.

Each message of a page makes its script run again. A hand on a slider sends about five a second and a live page two to four, so a socket
that sends more, or much at once, is a program; it has to wait, without delaying others. Nothing is lost: TCP's flow control stops the sender.
Frames are counted before they are messages (`frames.py`).
"""

import asyncio

from mnistlab.logs import Seldom
from mnistlab.ui.gate.allowances import Allowances
from mnistlab.ui.gate.asgi import Message, Receive, Send
from mnistlab.ui.gate.parts import MOST_PARTS, parts_of

# At once, and the seconds in which as many may follow.
BURST, SECONDS = 40, 2.0
# As many allowances of a socket has a visitor: 30 messages a second, two hands and five live tabs; four times 100 at once, which it was, kept others waiting
# for three seconds. And a network, where a class may sit behind one router: 300 a second, of which thirty pages that all wait for an answer
# need 210, and which are more than the server can draw.
SOCKETS_A_VISITOR, SOCKETS_A_NETWORK = 1.5, 15
# A message counts as one more for each so many bytes, because all visitors wait while it is read.
BYTES = 50_000
# And for each so many parts: pages send 150, and 5,000 take 10 ms.
PARTS = 500
# And a request for a file that is made when it is asked for: that may take a second of one of the few threads which make them for everybody.
DOWNLOAD = 20
TOO_BIG = 1009
# The messages that pages send. Others would clear every visitor's caches, ask for the state of this code's repository, or
# write into its folder.
ASKED = {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat"}
ASKED_BEHIND = {"deferred_file": DOWNLOAD}
# Files of one request for addresses to send them to, of which each takes 230 bytes of answer. A set of digits has four, a network two.
MOST_FILES = 200

_not_asked = Seldom("turned away: a message that no page sends")
_closed = Seldom("websocket closed: it sent what no page does")


class Floods:
    """The limits of all websockets of a server.

    Arguments:
        burst: messages a socket may send at once; a visitor and a network some times as many.
        seconds: in which it may send as many again.
    """

    def __init__(self, burst: float = BURST, seconds: float = SECONDS) -> None:
        self._burst, self._seconds = burst, seconds
        self._visitors = Allowances(SOCKETS_A_VISITOR * burst, seconds)
        self._networks = Allowances(SOCKETS_A_NETWORK * burst, seconds)

    def calmed(self, receive: Receive, send: Send, visitor: str, network: str) -> tuple[Receive, Send]:
        """Return `receive` and `send` of one websocket, of which the first passes on only messages of pages, and those not too fast.

        Arguments:
            receive: as ASGI gives it.
            send: as ASGI gives it.
            visitor: whose sockets share an allowance; "" for one who is not known: all those of a network count as one.
            network: whose visitors share another.
        """
        # One after the other: what has to wait for its socket or visitor does not use up the network's, where others are.
        shares = [
            (Allowances(self._burst, self._seconds), ""),
            (self._visitors, visitor or f"of {network}"),
            (self._networks, network),
        ]
        closed = False

        async def wait_for(messages: float) -> None:
            for allowances, key in shares:
                wait = allowances.wait(key, messages)
                if wait:
                    await asyncio.sleep(wait)

        async def calmed() -> Message:
            nonlocal closed
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                content = message.get("bytes")
                # Streamlit sends no text messages, and closes the connection after one, or after one that is too large, without reading it.
                if content is None or is_too_large(content):
                    return message
                parts = parts_of(content)
                if parts > MOST_PARTS:
                    _closed.tell(reason="a message of thousands of parts")
                    await send({"type": "websocket.close", "code": TOO_BIG})
                    closed = True
                    return {"type": "websocket.disconnect", "code": TOO_BIG}
                await wait_for(1 + len(content) / BYTES + parts / PARTS)
                more = more_than_a_message(content)
                if more is not None:
                    if more:
                        await wait_for(more)
                    return message
                _not_asked.tell()

        async def unless_closed(message: Message) -> None:
            # Streamlit does not know that it is closed until it asks for the next message.
            if not closed:
                await send(message)

        return calmed, unless_closed


def is_too_large(content: bytes) -> bool:
    """Return whether Streamlit refuses a message for its size (`server.maxWidgetStateSize`), before it reads it."""
    from streamlit.runtime.runtime_util import get_max_widget_state_size_bytes

    # (The configuration is read for large ones only.)
    return len(content) > BYTES and len(content) > get_max_widget_state_size_bytes()


def more_than_a_message(content: bytes) -> int | None:
    """Return how many messages more one counts as for what it asks; None if no page sends such a message.

    An invalid message is left to Streamlit, which closes the connection.
    """
    # Imported here, because Streamlit has loaded it by its first message, and a gate without messages does not need it.
    from google.protobuf.message import DecodeError
    from streamlit.proto.BackMsg_pb2 import BackMsg

    try:
        message = BackMsg.FromString(content)
    except DecodeError:
        return 0
    kind = message.WhichOneof("type")
    if kind == "file_urls_request":
        return 0 if len(message.file_urls_request.file_names) <= MOST_FILES else None
    if kind == "backend_operation_request":
        return ASKED_BEHIND.get(message.backend_operation_request.WhichOneof("payload") or "")
    return 0 if kind in ASKED else None
