"""Limits on visitors' uploads, because Streamlit keeps every file in the server's memory while the page is open.

Files are sent by PUT to `/_stcore/upload_file/SESSION/FILE`. They are counted per session, visitor and network address, because
new sessions and visitors can be made at will.
"""

from mnistlab.ui.gate.allowances import Allowances
from mnistlab.ui.gate.asgi import Message, Receive, Scope, header
from mnistlab.ui.gate.proxies import network_of

UPLOAD_PATH = "/_stcore/upload_file/"
HOUR = 3600.0
MEGABYTE = 1_000_000
# A whole class may share one address.
VISITORS_AN_ADDRESS = 4
# Somewhat more than the largest upload (server.maxUploadSize); a sender of more will not read the response.
LONGEST = 70_000_000
MOST_TO_TELL = 1_000


class TooMuchError(Exception):
    """Raised inside the gate if more bytes arrive than are left."""


class Uploads:
    """The upload limits per hour.

    Arguments:
        megabytes: limit for one visitor and one session; an address has four times as much.
    """

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        most = megabytes * MEGABYTE
        self._each = Allowances(most, HOUR)
        self._addresses = Allowances(VISITORS_AN_ADDRESS * most, HOUR)

    def is_upload(self, scope: Scope) -> bool:
        """Return whether a request uploads a file."""
        return scope["type"] == "http" and scope["method"] == "PUT" and UPLOAD_PATH in scope["path"]

    def counted(self, scope: Scope, receive: Receive, visitor: str) -> Receive:
        """Return a `receive` that counts the bytes.

        Raises:
            TooMuchError: if more than the limit is announced, or (when it is called) arrives.
        """
        session = scope["path"].partition(UPLOAD_PATH)[2].partition("/")[0]
        keys = [f"session {session}", *([f"visitor {visitor}"] if visitor else [])]
        address = network_of(scope["client"][0] if scope.get("client") else "")
        announced = header(scope, "content-length")
        if announced.isdecimal():
            room = min(self._addresses.left(address), *(self._each.left(key) for key in keys))
            if len(announced) > len(str(room)) or int(announced) > room:
                raise TooMuchError

        async def counted() -> Message:
            message = await receive()
            size = len(message.get("body", b""))
            # `all` first, so that bytes refused to a visitor are not charged to the address.
            if not (all(self._each.may(key, size) for key in keys) and self._addresses.may(address, size)):
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


class Refused:
    """Visitors whose upload was refused, until their page has told them: Streamlit's uploader only turns red."""

    def __init__(self) -> None:
        self._visitors: dict[str, None] = {}

    def note(self, visitor: str) -> None:
        """Remember to tell this visitor."""
        while len(self._visitors) >= MOST_TO_TELL:
            self._visitors.pop(next(iter(self._visitors)), None)
        self._visitors[visitor] = None

    def take(self, visitor: str) -> bool:
        """Return whether this visitor has to be told, once."""
        return self._visitors.pop(visitor, True) is None


# One object per process, like the gate.
refused = Refused()


def sentence(megabytes: int) -> str:
    """Return the message for a visitor who has sent too much."""
    return f"A visitor may send {megabytes} MB an hour here, which are used up. Try again later."
