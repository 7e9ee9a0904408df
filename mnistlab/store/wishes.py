"""A run that several visitors asked for: each one's name for it and time of request, and its owner after one leaves.

`run.json` holds the owner with name and time, and under "joined" and "wishes" the other visitors with theirs. The caller of functions that
write must hold the store's admission lock, so that nobody joins a run that is just being deleted.
"""

import time

from mnistlab.logs import audit
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_info import clean_name

# Limits run.json against a script that makes up visitors.
MOST_JOINED = 500


def may_join(run: RunFolder, visitor: str) -> bool:
    """Return whether a run has a place for a visitor, or they have one in it. Who finds none needs a run of their own."""
    return visitor == run.owner() or visitor in run.joined() or len(run.joined()) < MOST_JOINED


def join(run: RunFolder, visitor: str, name: str) -> bool:
    """Add a visitor to `run` under their own name, if it takes more (`may_join`); return whether they are new to it."""
    if visitor == run.owner() or visitor in run.joined():
        return False
    wish = {"name": clean_name(name), "created": time.time()}
    run.change(joined=[*run.joined(), visitor], wishes={**run.wishes(), visitor: wish})
    audit("run joined", run=run.id, visitor=run.owner(), by=visitor)
    return True


def leave(run: RunFolder, visitor: str) -> bool:
    """Remove a visitor from a run; return whether it still has another owner: if not, it may end.

    When the owner leaves, the first of the other visitors inherits it, under their own name. A run of everybody can be left by anybody.
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
    """Change one visitor's own name for a run."""
    wish = run.wishes().get(visitor, {})
    run.change(wishes={**run.wishes(), visitor: {**wish, "name": clean_name(name)}})
