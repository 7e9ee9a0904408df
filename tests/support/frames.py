"""Frames of websockets as bytes, for what no client would send (RFC 6455)."""

import struct

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10


def frame(kind: int, content: bytes = b"", fin: bool = True) -> bytes:
    """Return a client's frame. (Its mask is of zeros.)"""
    size = len(content)
    if size < 126:
        head = struct.pack("!B", 0x80 | size)
    elif size < 65_536:
        head = struct.pack("!BH", 0x80 | 126, size)
    else:
        head = struct.pack("!BQ", 0x80 | 127, size)
    return bytes([0x80 * fin | kind]) + head + b"\0\0\0\0" + content
