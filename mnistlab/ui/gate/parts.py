"""How many parts a message has: its fields, of whatever depth, and the numbers in its lists. Counted from its bytes, before it is read.

Streamlit makes objects of each widget state that a message holds. 5 MB have room for 2.4 million empty ones, which kept a processor for three seconds and
took 170 MB of memory. Pages send 150 parts, 3 kB.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # (Bound by name only: the gate does not load Streamlit's messages before there is one.)
    from google.protobuf.descriptor import Descriptor

# A thousand widget states, each with a name and a list of two numbers, are as many.
MOST_PARTS = 5_000
# What is smaller is not counted: it holds 1,000 empty states at most, which take 1.5 ms.
SMALL_BYTES = 2_000
# The bytes behind the tag, by wire type. Groups (3 and 4) are of no message of pages.
FIXED = {1: 8, 5: 4}
VARINT, SIZED = 0, 2
LONGEST_NUMBER = 10
# Field -> its own fields; or, of a list of numbers, the fewest bytes of one.
Shape = dict[int, Any]


def parts_of(content: bytes, most: int = MOST_PARTS) -> int:
    """Return the number of parts, at most one more than `most`; 0 for a small message."""
    return min(_parts(content, most), most + 1) if len(content) > SMALL_BYTES else 0


def _parts(content: bytes, most: int) -> int:
    """Return the number of parts; more than `most` as soon as that is certain, and for what is cut off or of no known form."""
    count, left = 0, [(0, len(content), _shape_of_messages())]
    while left:
        at, end, shape = left.pop()
        while at < end:
            count += 1
            try:
                tag, at = _number(content, at)
                wire, inner = tag & 7, shape.get(tag >> 3)
                size = 0
                if wire == VARINT:
                    _, at = _number(content, at)
                elif wire == SIZED:
                    size, at = _number(content, at)
                else:
                    size = FIXED[wire]
            except LookupError:
                return most + 1
            if wire == SIZED and inner is not None:
                if isinstance(inner, dict):
                    left.append((at, at + size, inner))
                else:
                    count += size // inner
            at += size
            if count > most or at > end:
                return most + 1
    return count


def _number(content: bytes, at: int) -> tuple[int, int]:
    """Return the number that begins there, and where the next thing begins.

    Raises:
        LookupError: if it has no end.
    """
    found = 0
    for place in range(LONGEST_NUMBER):
        byte = content[at + place]
        found |= (byte & 0x7F) << 7 * place
        if byte < 0x80:
            return found, at + place + 1
    raise LookupError


@cache
def _shape_of_messages() -> Shape:
    from streamlit.proto.BackMsg_pb2 import BackMsg

    return _shape(BackMsg.DESCRIPTOR)


def _shape(descriptor: "Descriptor") -> Shape:
    """Return the fields that have parts of their own."""
    shape: Shape = {}
    for field in descriptor.fields:
        if field.message_type is not None:
            shape[field.number] = _shape(field.message_type)
        elif field.is_packed:
            shape[field.number] = {field.TYPE_DOUBLE: 8, field.TYPE_FLOAT: 4}.get(field.type, 1)
    return shape
