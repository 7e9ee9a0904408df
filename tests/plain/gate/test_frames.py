"""A real server of uvicorn in this loop, and what arrives at it: no flood of frames holds up the others, and no page is slowed."""

import asyncio
import socket
import time
from contextlib import asynccontextmanager

import pytest
import uvicorn
from support.audit_lines import audited
from support.frames import BINARY, CLOSE, CONTINUATION, PING, PONG, frame

from mnistlab.logs import AUDIT, Seldom
from mnistlab.ui.gate import frames
from mnistlab.ui.gate.frames import FRAMES, MOST_BYTES, MOST_FRAGMENTS, PIECE, CalmWebsocket, keep_frames_few

ASKED = (
    b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
HEADS = {"ping": frame(PING), "pong": frame(PONG), "fragment": frame(CONTINUATION, fin=False), "message": frame(BINARY)}


class Served:
    """A server whose websockets answer each message with its length, and what it noticed."""

    def __init__(self, pause: float = 0.0) -> None:
        self.got: list[bytes] = []
        self._pause = pause
        listens = socket.create_server(("127.0.0.1", 0))
        self.port = listens.getsockname()[1]
        self._socket = listens
        options = {
            "ws": CalmWebsocket,
            "interface": "asgi3",
            "ws_max_size": 20_000_000,
            "lifespan": "off",
            "log_config": None,
        }
        self.server = uvicorn.Server(uvicorn.Config(self._app, **options))

    async def _app(self, scope, receive, send):
        assert (await receive())["type"] == "websocket.connect"
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            self.got.append(message["bytes"])
            await asyncio.sleep(self._pause)

    @property
    def connections(self):
        return list(self.server.server_state.connections)

    @asynccontextmanager
    async def running(self):
        self.server.config.load()
        self.server.lifespan = self.server.config.lifespan_class(self.server.config)
        await self.server.startup(sockets=[self._socket])
        try:
            yield self
        finally:
            self.server.should_exit = self.server.force_exit = True
            await self.server.shutdown(sockets=[self._socket])

    @asynccontextmanager
    async def opened(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(ASKED)
        assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
        try:
            yield reader, writer
        finally:
            writer.transport.abort()


async def until(true, seconds=30.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it does not come"
        await asyncio.sleep(0.005)


async def longest_turn(until_done):
    """Return the most processor seconds of this thread between two turns of the loop."""
    longest, began = 0.0, time.thread_time()
    while not until_done():
        await asyncio.sleep(0)
        now = time.thread_time()
        longest, began = max(longest, now - began), now
    return longest


@pytest.mark.parametrize("kind", HEADS)
def test_no_flood_of_frames_keeps_the_loop(kind):
    """Of uvicorn alone 256 kB take 0.2 s."""

    async def flood():
        async with Served().running() as served, served.opened() as (_, writer):
            if kind == "fragment":
                writer.write(frame(BINARY, fin=False))
            writer.write(HEADS[kind] * 500_000)
            end = time.monotonic() + 1.5
            took = await longest_turn(lambda: time.monotonic() > end)
            reads = [each.transport.is_reading() for each in served.connections]
            return took, len(served.got), reads

    took, messages, reads = asyncio.run(flood())
    assert took < 0.08
    assert messages <= FRAMES + 2 * PIECE / 6 + 1_000
    if kind != "fragment":
        assert reads == [False], "it is not closed, and has to wait"


def test_a_flood_is_answered_slowly_and_nothing_is_lost(monkeypatch):
    monkeypatch.setattr(frames, "FRAMES", 50)
    monkeypatch.setattr(frames, "SECONDS", 0.5)
    monkeypatch.setattr(frames, "PIECE", 100)

    async def flood():
        async with Served().running() as served, served.opened() as (reader, writer):
            began = time.monotonic()
            for number in range(100):
                writer.write(frame(PING) + frame(BINARY, b"%d" % number) + frame(PONG))
            # (A pong without content is two bytes.)
            assert await reader.readexactly(200) == b"\x8a\x00" * 100
            await until(lambda: len(served.got) == 100)
            return served.got, time.monotonic() - began

    got, seconds = asyncio.run(flood())
    assert got == [b"%d" % number for number in range(100)]
    assert seconds >= 220 / 100 * 0.9, "300 frames, 50 at once and 100 a second"


def test_what_pages_send_is_not_slowed():
    content = bytes(range(256)) * 16_000

    async def send():
        async with Served().running() as served, served.opened() as (_, writer):
            # A hundred moves of a slider at once, a large message in one frame, and one as browsers may cut it.
            writer.write(frame(BINARY, b"moved" * 2_000) * 100 + frame(BINARY, content))
            pieces = [content[at : at + 16_384] for at in range(0, len(content), 16_384)]
            for number, piece in enumerate(pieces):
                writer.write(frame(CONTINUATION if number else BINARY, piece, fin=number == len(pieces) - 1))
            writer.write(frame(PONG) + frame(BINARY, b"last"))
            await until(lambda: served.got and served.got[-1] == b"last")
            (protocol,) = served.connections
            return served.got, protocol._allowance.left("")

    got, left = asyncio.run(send())
    assert got == [b"moved" * 2_000] * 100 + [content, content, b"last"]
    assert left > FRAMES / 2, "nobody came near the limit"


def test_messages_wait_for_a_page_that_is_at_work_and_are_not_heaped_up(monkeypatch):
    monkeypatch.setattr(frames, "FRAMES", 1e9)

    async def send():
        async with Served(pause=0.0005).running() as served, served.opened() as (_, writer):
            writer.write(frame(BINARY, b"1234") * 200_000)
            most, held = 0, 0
            end = time.monotonic() + 60
            while len(served.got) < 300 and time.monotonic() < end:
                await asyncio.sleep(0.002)
                (protocol,) = served.connections
                most, held = max(most, protocol.queue.qsize()), max(held, len(protocol._held))
            return most, held, len(served.got)

    most, held, got = asyncio.run(send())
    assert got >= 300, "it goes on"
    assert most <= PIECE / 10 + 1, "uvicorn alone queues all it has read, 26,000 here"
    assert held <= 600_000


def test_a_message_of_a_thousand_frames_is_refused(caplog, monkeypatch):
    monkeypatch.setattr(frames, "_closed", Seldom("websocket closed: it sent what no browser does"))
    caplog.set_level("INFO", AUDIT)

    async def send():
        async with Served().running() as served, served.opened() as (reader, writer):
            writer.write(frame(BINARY, fin=False) + frame(CONTINUATION, fin=False) * (MOST_FRAGMENTS + PIECE))
            said = await asyncio.wait_for(reader.read(), 30)
            await until(lambda: not served.connections)
            return said

    assert asyncio.run(send())[:4] == bytes([0x80 | CLOSE, 2 + len("too many frames")]) + (1008).to_bytes(2, "big")
    fields = {"reason": "a message in too many frames", "count": 1}
    assert audited(caplog) == [("websocket closed: it sent what no browser does", fields)]


@pytest.mark.parametrize(
    "sent",
    [
        frame(BINARY, bytes(2 * MOST_BYTES), fin=False),
        frame(BINARY, bytes(100_000), fin=False),
        frame(BINARY, fin=False) + frame(CONTINUATION, bytes(100_000), fin=False) * (MOST_BYTES // 100_000 + 1),
    ],
    ids=["in one frame", "small enough", "in pieces"],
)
def test_a_message_without_an_end_is_not_kept_for_long(sent):
    small = len(sent) < MOST_BYTES

    async def send():
        async with Served().running() as served, served.opened() as (reader, writer):
            writer.write(sent)
            if small:
                writer.write(frame(CONTINUATION))
                await until(lambda: served.got)
                return b""
            said = await asyncio.wait_for(reader.read(4), 30)
            await until(lambda: not served.connections)
            assert not served.got
            return said

    # Its code says that the message is too big (RFC 6455, 7.4.1).
    assert asyncio.run(send())[2:] == (b"" if small else (1009).to_bytes(2, "big"))


def test_a_sender_of_pings_who_takes_no_answers_is_cut_off(monkeypatch):
    monkeypatch.setattr(frames, "FRAMES", 1e9)

    async def send():
        async with Served().running() as served, served.opened() as (reader, writer):
            reader._transport.pause_reading()
            end, most = time.monotonic() + 60, 0
            while served.connections and time.monotonic() < end:
                if writer.transport.get_write_buffer_size() < 100_000:
                    writer.write(frame(PING, b"x" * 125) * 1_000)
                most = max(most, *(each.transport.get_write_buffer_size() for each in served.connections), 0)
                await asyncio.sleep(0)
            return served.connections, most

    connections, most = asyncio.run(send())
    assert connections == []
    assert most < frames.MOST_WAITING + 300_000


@pytest.mark.parametrize("kind", HEADS)
def test_who_leaves_while_it_has_to_wait_is_forgotten(kind, monkeypatch):
    monkeypatch.setattr(frames, "SECONDS", 0.5)

    async def leave():
        troubles = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: troubles.append(context))
        async with Served().running() as served:
            async with served.opened() as (_, writer):
                writer.write(HEADS[kind] * 4_000)
                await until(lambda: not served.connections or served.connections[0]._waits)
            # (It is noticed when the rest has been read.)
            await until(lambda: not served.connections)
        return troubles

    assert asyncio.run(leave()) == []


def test_the_server_takes_it(monkeypatch):
    monkeypatch.setitem(uvicorn.config.WS_PROTOCOLS, frames.NAME, uvicorn.config.WS_PROTOCOLS[frames.NAME])
    keep_frames_few()
    config = uvicorn.Config(lambda: None, ws=frames.NAME, lifespan="off", log_config=None)
    config.load()
    assert config.ws_protocol_class is CalmWebsocket
