"""A run that several visitors asked for: what each calls it, since when it is theirs, and what becomes of it when one goes.

`run.json` holds the owner with name and time, and under "joined" and "wishes" the others with theirs. All that writes here is called with the
store's door held, so that nobody joins a run that is just being deleted.
"""

import time

from mnistlab.errors import BusyError
from mnistlab.logs import audit
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_info import clean_name

# Whoever makes up visitors by program must not make run.json longer than it may be.
MOST_JOINED = 500


def join(run: RunFolder, visitor: str, name: str) -> bool:
    """Let a visitor wait for `run` under a name of their own; return whether it is new to them.

    Raises:
        BusyError: too many wait for it.
    """
    if visitor == run.owner() or visitor in run.joined():
        return False
    if len(run.joined()) >= MOST_JOINED:
        raise BusyError(
            "Too many visitors have asked for this very job already. Choose another seed, or anything else."
        )
    wish = {"name": clean_name(name), "created": time.time()}
    run.change(joined=[*run.joined(), visitor], wishes={**run.wishes(), visitor: wish})
    audit("run joined", run=run.id, visitor=run.owner(), by=visitor)
    return True


def leave(run: RunFolder, visitor: str) -> bool:
    """Take a visitor out of a run; return whether it is somebody else's now or still: if not, it may end.

    The first of those who joined inherits what the owner leaves, under the name they gave it. What is everybody's is left by anybody.
    """
    others = [other for other in run.joined() if other != visitor]
    wishes = {name: wish for name, wish in run.wishes().items() if name in others}
    if run.owner() not in ("", visitor):
        run.change(joined=others, wishes=wishes)
        audit("run left", run=run.id, visitor=run.owner(), by=visitor)
        return True
    if not others:
        return False
    heir = others[0]
    wish = wishes.pop(heir, {})
    known = {name: wish[name] for name in ("name", "created") if name in wish}
    run.change(**known, owner=heir, joined=others[1:], wishes=wishes)
    audit("run handed on", run=run.id, visitor=heir, by=visitor)
    return True


def rename(run: RunFolder, visitor: str, name: str) -> None:
    """Let one of those who joined call a run something else, for themselves."""
    wish = run.wishes().get(visitor, {})
    run.change(wishes={**run.wishes(), visitor: {**wish, "name": clean_name(name)}})
