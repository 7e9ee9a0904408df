"""The rights of a visitor over a run, checked in each callback, because a button that is not drawn can still be pressed."""

from mnistlab.engine.admission import Admitted
from mnistlab.errors import RightsError
from mnistlab.logs import audit
from mnistlab.recipes import Recipe
from mnistlab.refusals import refused
from mnistlab.settings import settings
from mnistlab.store.models import find_network
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import Control
from mnistlab.store.wishes import leave
from mnistlab.ui.shell import services
from mnistlab.ui.shell.visitors import network, owner_name, visitor
from mnistlab.ui.shell.work import note_work

ADMINISTRATOR = "administrator"


def may_change(run: RunFolder) -> bool:
    """Return whether the visitor may change a run. A run without an owner belongs to everybody."""
    me = visitor()
    return me.may_all or run.owner() in ("", me.id)


def may_leave(run: RunFolder) -> bool:
    """Return whether the visitor can cancel a run for themselves: they own it or wait for it."""
    return may_change(run) or visitor().id in run.joined()


def may_keep(run: RunFolder) -> bool:
    """Return whether the visitor may rename, resume and delete a run. In a private lab each visitor with an equal wish may, not only the first."""
    return may_leave(run) if settings().private else may_change(run)


def is_shared(run: RunFolder) -> bool:
    """Return whether the visitor can only leave a run, because others want it too, in a lab where visitors must not learn of each other."""
    return settings().private and not visitor().may_all and bool(run.joined())


def start(recipe: Recipe, name: str) -> Admitted:
    """Put a recipe into the queue, or find the run that computes it already; `name`: "" for a numbered name."""
    for model in (getattr(recipe, "model", None), getattr(recipe, "initial", None)):
        if model is not None:
            # A network that the visitor may not see counts as missing.
            find_network(model, services.store())
    admitted = services.engine().start(recipe, name, visitor().id, network())
    note_work(admitted.run)
    return admitted


def steer(run: RunFolder, control: Control) -> None:
    """Send a request to a run.

    Raises:
        RightsError: if it belongs to another visitor, or others wait for it.
    """
    _require(may_change(run), run)
    # Whoever joins does so under the same lock.
    with services.whole_store().admission_lock():
        # A cancel is not taken back, whatever stands on a page that was drawn before it.
        if run.requested() == "cancel":
            return
        if control in ("pause", "stop") and run.joined():
            sentence = "Others wait for this run too, so it goes on to its end. Cancel takes you out of it."
            raise _refused(sentence, "others wait for the run", run)
        run.request(control)
    audit(f"{control} asked", run=run.id, visitor=run.owner(), by=actor())


def cancel(run: RunFolder) -> None:
    """Remove the visitor from a run; cancel it if nobody else waits for it. An administrator cancels it for all. Repeating it has no effect."""
    _require(may_leave(run), run)
    if run.requested() == "cancel":
        return
    with services.whole_store().admission_lock():
        if visitor().may_all or not leave(run, visitor().id):
            audit("cancel asked", run=run.id, visitor=run.owner(), by=actor())
            services.engine().cancel(run)


def resume(run: RunFolder) -> None:
    """Put an interrupted or failed run into the queue again."""
    _require(may_keep(run), run)
    services.engine().resume(run, network())
    note_work(run)
    audit("resume asked", run=run.id, visitor=run.owner(), by=actor())


def rename(run: RunFolder, name: str) -> None:
    """Give a run another name."""
    _require(may_keep(run), run)
    with services.whole_store().admission_lock():
        run.rename(name)
    audit("run renamed", run=run.id, visitor=run.owner(), by=actor())


def delete(run: RunFolder) -> None:
    """Delete a run for the visitor: permanently, or only for them if others asked for the same."""
    _require(may_keep(run), run)
    me = visitor()
    remove(run, run.owner() if me.may_all else me.id)


def remove(run: RunFolder, leaver: str) -> None:
    """Remove `leaver` from a run on behalf of the caller; delete it if nobody else has asked for the same.

    Raises:
        StoreError: if it is at work, and nobody else has asked for it.
    """
    store = services.whole_store()
    with store.admission_lock():
        # Outside of a lab there are no other visitors.
        if settings().lab and leave(run, leaver):
            return
        owner = run.owner()
        store.delete(run)
    audit("run deleted", run=run.id, visitor=owner, by=actor())


def what_deleting_means(run: RunFolder) -> str:
    """Return the consequence of deleting a run, for the visitor."""
    if settings().lab and not is_shared(run) and [other for other in run.joined() if other != visitor().id]:
        return "Others asked for the same: it will be theirs."
    return "It will be gone for good."


def require_all(act: str, **fields: str | int) -> None:
    """Log an administrator's action.

    Raises:
        RightsError: if the visitor is not an administrator.
    """
    if not visitor().may_all:
        raise refused(
            RightsError("Only an administrator can do this."), actor(), "not the administrator", None, **fields
        )
    audit(act, by=actor(), **fields)


def actor() -> str:
    """Return the id of the acting visitor for the log."""
    me = visitor()
    return ADMINISTRATOR if me.may_all and settings().lab else me.id


def _require(right: bool, run: RunFolder) -> None:
    if right:
        return
    whose = "somebody else" if settings().private else owner_name(run)
    sentence = f"The run “{run.name()}” is {whose}'s. You can look at it and copy its recipe."
    raise _refused(sentence, "the run is another's", run)


def _refused(sentence: str, reason: str, run: RunFolder) -> RightsError:
    # The owner goes by the field `visitor`, as everywhere in the log.
    return refused(RightsError(sentence), actor(), reason, run=run.id, visitor=run.owner())
