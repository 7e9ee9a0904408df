"""How many bytes visitors may upload: Streamlit keeps every file in the server's memory as long as the page is open.

Files come by PUT to `/_stcore/upload_file/SESSION/FILE`. They are counted for the session, for the visitor and for the network address, since
the first two can be had anew.
"""

from mnistlab.ui.gate.allowances import Allowances
from mnistlab.ui.gate.asgi import Message, Receive, Scope, header

PLACE = "/_stcore/upload_file/"
HOUR = 3600.0
MEGABYTE = 1_000_000
# A class may sit behind one address.
VISITORS_AN_ADDRESS = 4
# Somewhat more than any upload may have (server.maxUploadSize); who sends more than that does not listen.
LONGEST = 12_000_000
MOST_TO_TELL = 1_000


class TooMuchError(Exception):
    """More came than there was room for. It goes no further than the gate."""


class Uploads:
    """What may be uploaded in an hour.

    Arguments:
        megabytes: for one visitor and one session; an address has four times as much.
    """

    def __init__(self, megabytes: int) -> None:
        self.megabytes = megabytes
        most = megabytes * MEGABYTE
        self._each = Allowances(most, HOUR)
        self._addresses = Allowances(VISITORS_AN_ADDRESS * most, HOUR)

    def concern(self, scope: Scope) -> bool:
        """Return whether a request brings a file."""
        return scope["type"] == "http" and scope["method"] == "PUT" and PLACE in scope["path"]

    def counted(self, scope: Scope, receive: Receive, visitor: str) -> Receive:
        """Return `receive` with its bytes counted.

        Raises:
            TooMuchError: more is announced, or (when it is called) comes, than may.
        """
        session = scope["path"].partition(PLACE)[2].partition("/")[0]
        keys = [f"session {session}", *([f"visitor {visitor}"] if visitor else [])]
        address = scope["client"][0] if scope.get("client") else ""
        announced = header(scope, "content-length")
        if announced.isdecimal():
            room = min(self._addresses.left(address), *(self._each.left(key) for key in keys))
            if len(announced) > len(str(room)) or int(announced) > room:
                raise TooMuchError

        async def counted() -> Message:
            message = await receive()
            size = len(message.get("body", b""))
            # Without `all` first, the address would pay for what a visitor may not.
            if not (all(self._each.may(key, size) for key in keys) and self._addresses.may(address, size)):
                raise TooMuchError
            return message

        return counted

    async def pour_away(self, receive: Receive) -> None:
        """Take what is on its way and keep nothing of it: a browser listens only when it has spoken, and a line cut before tells it nothing."""
        poured = 0
        while poured < LONGEST:
            message = await receive()
            poured += len(message.get("body", b""))
            if not message.get("more_body"):
                return


class Refused:
    """Visitors whose upload was refused, until their page has told them: Streamlit's uploader turns red and says no more."""

    def __init__(self) -> None:
        self._visitors: dict[str, None] = {}

    def note(self, visitor: str) -> None:
        """Remember that this visitor is to be told."""
        while len(self._visitors) >= MOST_TO_TELL:
            self._visitors.pop(next(iter(self._visitors)), None)
        self._visitors[visitor] = None

    def take(self, visitor: str) -> bool:
        """Return whether this visitor is to be told, once."""
        return self._visitors.pop(visitor, True) is None


# One for the process, as the gate is.
refused = Refused()


def sentence(megabytes: int) -> str:
    """Return what is said to somebody who has sent too much."""
    return f"A visitor may send {megabytes} MB an hour here, which are used up. Try again later."
