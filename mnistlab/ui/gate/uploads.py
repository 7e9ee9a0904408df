"""Limits on visitors' uploads, because Streamlit keeps every file in the server's memory while the page is open.

Files are sent by PUT to `/_stcore/upload_file/SESSION/FILE`. They are counted per session, visitor, network address and site, because
new sessions, visitors and addresses can be made at will.
"""

import re

from mnistlab.ui.gate.allowances import Allowances, short
from mnistlab.ui.gate.asgi import Message, Receive, Scope, header
from mnistlab.ui.gate.proxies import network_of, site_of

UPLOAD_PATH = "/_stcore/upload_file/"
# A session and a file, both named by Streamlit. Whatever stands there is kept with the file, and is in no body that is counted.
PLACE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
HOUR = 3600.0
MEGABYTE = 1_000_000
# Counted for each file beside its bytes. An empty one takes 400 bytes of records, with a name of 4 kB, the longest that Starlette reads, up to 17 kB.
BYTES_A_FILE = 10_000
# A whole class may share one address, and several classes a site.
VISITORS_AN_ADDRESS, ADDRESSES_A_SITE = 4, 4
# Somewhat more than the largest upload (server.maxUploadSize); a sender of more will not read the response.
LONGEST = 70_000_000
MOST_TO_TELL = 1_000


class TooMuchError(Exception):
    """Raised inside the gate if more bytes arrive than are left."""


class StrangePathError(Exception):
    """Raised inside the gate if a file is sent where no page sends one."""


class Uploads:
    """The upload limits per hour.

    Arguments:
        megabytes: limit for one visitor and one session; an address has four times as much, and a site again.
    """

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        most = megabytes * MEGABYTE
        self._each = Allowances(most, HOUR)
        self._addresses = Allowances(VISITORS_AN_ADDRESS * most, HOUR)
        self._sites = Allowances(ADDRESSES_A_SITE * VISITORS_AN_ADDRESS * most, HOUR)

    def is_upload(self, scope: Scope) -> bool:
        """Return whether a request uploads a file."""
        return scope["type"] == "http" and scope["method"] == "PUT" and UPLOAD_PATH in scope["path"]

    def counted(self, scope: Scope, receive: Receive, visitor: str) -> Receive:
        """Return a `receive` that counts the file and its bytes; `visitor`: their token, "" if they have none.

        Raises:
            StrangePathError: if the path is none of a page's.
            TooMuchError: if more than the limit is announced, or (when it is called) arrives.
        """
        place = scope["path"].partition(UPLOAD_PATH)[2]
        if not PLACE.fullmatch(place):
            raise StrangePathError
        sender = scope["client"][0] if scope.get("client") else ""
        # From the narrowest on, so that what is refused to a visitor is not counted for their address.
        counts = [(self._each, f"session {place.partition('/')[0]}"), (self._each, f"visitor {visitor}")]
        counts = [*counts[: 1 + bool(visitor)], (self._addresses, network_of(sender)), (self._sites, site_of(sender))]
        announced = header(scope, "content-length")
        if announced.isdecimal():
            room = int(min(count.left(key) for count, key in counts)) - BYTES_A_FILE
            if len(announced) > len(str(room)) or int(announced) > room:
                raise TooMuchError
        # Once, before the first byte.
        extra = BYTES_A_FILE

        async def counted() -> Message:
            nonlocal extra
            message = await receive()
            size, extra = len(message.get("body", b"")) + extra, 0
            if not all(count.may(key, size) for count, key in counts):
                raise TooMuchError
            return message

        return counted

    async def discard(self, receive: Receive) -> None:
        """Read the rest of the body and discard it: a browser reads the response only after sending, and shows no reason if the connection is cut."""
        poured = 0
        while poured < LONGEST:
            message = await receive()
            poured += len(message.get("body", b""))
            if not message.get("more_body"):
                return


class ToTell:
    """Visitors whose upload was refused, until their page has told them: Streamlit's uploader only turns red."""

    def __init__(self) -> None:
        self._visitors: dict[bytes, None] = {}

    def note(self, visitor: str) -> None:
        """Remember to tell the visitor with this token; "": nobody."""
        if not visitor:
            return
        while len(self._visitors) >= MOST_TO_TELL:
            self._visitors.pop(next(iter(self._visitors)), None)
        self._visitors[short(visitor)] = None

    def take(self, visitor: str) -> bool:
        """Return whether the visitor with this token has to be told, once."""
        return self._visitors.pop(short(visitor), True) is None


# One object per process, like the gate.
to_tell = ToTell()


def sentence(megabytes: int) -> str:
    """Return the message for a visitor who has sent too much."""
    return f"A visitor may send {megabytes} MB an hour here, which are used up. Try again later."
