"""A visitor is refused something for a limit, a right or want of room: they get a sentence, and the log a line.

Bad input, such as a damaged file, is none of these: whoever brought it is told, and there is nothing to log.
"""

from typing import TypeVar

from mnistlab.errors import MnistlabError
from mnistlab.logs import Seldom, audit

REFUSED = "visitor refused"
Error = TypeVar("Error", bound=MnistlabError)


def refused(error: Error, by: str, reason: str = "", seldom: Seldom | None = None, **fields: str | int) -> Error:
    """Log that a visitor was refused something, and return the error that tells them, to be raised.

    Arguments:
        error: the error; its sentence is logged unless there is a `reason`.
        by: id of who asked; "" where that is not known.
        reason: for the log, where the sentence holds words of visitors.
        seldom: from `seldom_refused`, for what one visitor can cause many times a minute.
        **fields: any other of `logs.FIELDS`.
    """
    why = reason or str(error)
    if seldom is None:
        audit(REFUSED, by=by, reason=why, **fields)
    else:
        seldom.tell(by=by, reason=why, **fields)
    return error


def seldom_refused() -> Seldom:
    """Return the rate limit of one kind of refusal."""
    return Seldom(REFUSED)
