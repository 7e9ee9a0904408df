"""The rate of a websocket's frames, below the messages that are made of them.

uvicorn 0.54 reads whatever the system has of a connection in one piece, 256 kB or 43,690 empty frames, while nobody else is served: a quarter of a
second. Pings, pongs and the frames of a message that never ends do not make it pause, and never reach the gate (`floods.py`). So the bytes of a connection are
read in small pieces; one that sends too many frames is not read for a while, and TCP's flow control stops the sender.
"""

from typing import Any

from uvicorn import config
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from mnistlab.logs import Seldom
from mnistlab.ui.gate.allowances import Allowances
from mnistlab.ui.gate.asgi import POLICY_VIOLATION

# A browser sends a message as one frame, or a large one in frames of tens of kB, and a pong each 20 s: ten a second at most. A thousand frames, and what a
# piece holds at most, take the processor 10 ms, which is what opening a connection takes.
FRAMES, SECONDS = 1_000, 5.0
PIECE = 4_096
# Of one message: 5 MB in frames of 5 kB.
MOST_FRAGMENTS = 1_000
# Of one message. Streamlit refuses what has more than 5 MB (`server.maxWidgetStateSize`) once it is whole; one that never ends would be kept up to the 20 MB
# that it may send itself, as long as its sender answers pings.
MOST_BYTES = 6_000_000
# The answers to pings that a sender does not take are kept for it, without a limit. Besides, a page of some hundred kB may wait.
MOST_WAITING = 1_000_000
NAME = "websockets-sansio"

_closed = Seldom("websocket closed: it sent what no browser does")


class CalmWebsocket(WebSocketsSansIOProtocol):
    """uvicorn's websocket, not faster than `FRAMES` at once and as many in `SECONDS` after that."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._allowance = Allowances(FRAMES, SECONDS)
        self.conn.max_message_size = min(self.config.ws_max_size, MOST_BYTES)
        # What has come and is not read yet; nothing more is taken from the system meanwhile.
        self._held = bytearray()
        self._waits = False
        self._frames = 0

    def data_received(self, data: bytes) -> None:
        """Read what has come, as far as the allowance goes."""
        self._held += data
        self._read_on()

    async def receive(self) -> Any:
        """Return the next message, and read on behind it: what lies behind a message waits until that is taken."""
        message = await super().receive()
        self._read_on()
        return message

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget what is not read yet."""
        self._held.clear()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Count frames of all kinds, then let uvicorn handle them."""
        self._frames += len(self.conn.events)
        super().handle_events()

    def handle_ping(self) -> None:
        """Answer, unless the answers are not taken."""
        if self.transport.is_closing():
            self.conn.data_to_send()
            return
        super().handle_ping()
        if self.transport.get_write_buffer_size() > MOST_WAITING:
            _closed.tell(reason="pings whose answers it does not take")
            # (It would not take the reason, either, and closing waits until all is taken.)
            self.transport.abort()

    def _read_on(self) -> None:
        while self._held and not self._waits and not self.read_paused and not self.transport.is_closing():
            piece = bytes(self._held[:PIECE])
            del self._held[:PIECE]
            self._frames = 0
            super().data_received(piece)
            wait = self._allowance.wait("", self._frames)
            if len(self.frames) > MOST_FRAGMENTS:
                self._refuse()
            elif wait:
                self._waits = True
                self.loop.call_later(wait, self._go_on)
        if self.transport.is_closing():
            self._held.clear()
        elif self._held or self._waits:
            self.transport.pause_reading()

    def _go_on(self) -> None:
        self._waits = False
        self._read_on()
        if not self._held and not self._waits and not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()

    def _refuse(self) -> None:
        _closed.tell(reason="a message in too many frames")
        self.frames = []
        self.conn.fail(POLICY_VIOLATION, "too many frames")
        if self.conn.close_sent is None:
            # It was not open yet.
            self.transport.abort()
        else:
            self.handle_parser_exception()


def keep_frames_few() -> None:
    """Do so in all servers of this process that begin from now on."""
    config.WS_PROTOCOLS[NAME] = f"{__name__}:{CalmWebsocket.__name__}"
