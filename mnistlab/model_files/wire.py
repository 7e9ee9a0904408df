"""Numbers, texts and messages -> fields in the wire format of Protocol Buffers; as much of it as a file of ONNX needs, and writing only.

A message is the concatenation of its fields (protobuf.dev/programming-guides/encoding). Numbers of fields are those of `onnx.proto3`.
"""

import struct

VARINT, LENGTH, FIXED32 = 0, 2, 5


def number(field: int, value: int) -> bytes:
    """Return a field with a number, which is not negative."""
    return _varint(field << 3 | VARINT) + _varint(value)


def real(field: int, value: float) -> bytes:
    """Return a field with a number in single precision."""
    return _varint(field << 3 | FIXED32) + struct.pack("<f", value)


def text(field: int, value: str) -> bytes:
    """Return a field with a text."""
    return message(field, value.encode())


def message(field: int, *parts: bytes) -> bytes:
    """Return a field with a message of these fields, or with bytes."""
    content = b"".join(parts)
    return _varint(field << 3 | LENGTH) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    """Return seven bits a byte, the lowest first; the highest bit of each says whether there are more."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    written.append(value)
    return bytes(written)
