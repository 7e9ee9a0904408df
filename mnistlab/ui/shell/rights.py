"""What a visitor may do with a run, asked again in each callback: a button that is not drawn can still be pressed."""

from mnistlab.engine.admission import Admitted
from mnistlab.errors import RightsError
from mnistlab.logs import audit
from mnistlab.recipes import Recipe
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
    """Return whether a run is the visitor's to change. One without an owner is everybody's."""
    me = visitor()
    return me.may_all or run.owner() in ("", me.id)


def may_leave(run: RunFolder) -> bool:
    """Return whether Cancel means something for the visitor: they own the run or wait for it."""
    return may_change(run) or visitor().id in run.joined()


def may_keep(run: RunFolder) -> bool:
    """Return whether the visitor may rename, resume and delete a run. In a private lab one of equal wishes is each one's own, whoever was first."""
    return may_leave(run) if settings().private else may_change(run)


def is_shared(run: RunFolder) -> bool:
    """Return whether the visitor may only leave a run, since others wait for it or were there before, in a lab where nobody is told of others."""
    return settings().private and not visitor().may_all and bool(run.joined())


def start(recipe: Recipe, name: str) -> Admitted:
    """Put a recipe into the queue, or find the run that computes it already; `name`: "" for a number of its own."""
    for model in (getattr(recipe, "model", None), getattr(recipe, "initial", None)):
        if model is not None:
            # One that the visitor may not see is none.
            find_network(model, services.store())
    admitted = services.engine().start(recipe, name, visitor().id, network())
    note_work(admitted.run)
    return admitted


def steer(run: RunFolder, control: Control) -> None:
    """Ask something of a run.

    Raises:
        RightsError: it is another's, or others wait for it.
    """
    _require(may_change(run), run)
    if control in ("pause", "stop") and run.joined():
        sentence = "Others wait for this run too, so it goes on to its end. Cancel takes you out of it."
        raise refuse(sentence, "others wait for the run", run=run.id, visitor=run.owner())
    run.request(control)
    audit(f"{control} asked", run=run.id, visitor=run.owner(), by=actor())


def cancel(run: RunFolder) -> None:
    """Take the visitor out of a run; end it if nobody else waits for it. An administrator ends it for all. A second time is none."""
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
    """Take a run from the visitor: for good, or leaving it to those who asked for the same."""
    _require(may_keep(run), run)
    me = visitor()
    remove(run, run.owner() if me.may_all else me.id)


def remove(run: RunFolder, leaver: str) -> None:
    """Take a run from `leaver`, for whom the caller may act; remove it for good if nobody else has asked for the same.

    Raises:
        StoreError: something works on it, for nobody else.
    """
    store = services.whole_store()
    with store.admission_lock():
        # Outside of a lab there is nobody to leave it to.
        if settings().lab and leave(run, leaver):
            return
        owner = run.owner()
        store.delete(run)
    audit("run deleted", run=run.id, visitor=owner, by=actor())


def what_deleting_means(run: RunFolder) -> str:
    """Return what becomes of a run that the visitor deletes."""
    if settings().lab and not is_shared(run) and [other for other in run.joined() if other != visitor().id]:
        return "Others asked for the same: it will be theirs."
    return "It will be gone for good."


def require_all(act: str, **fields: str | int) -> None:
    """Log what an administrator is about to do.

    Raises:
        RightsError: the visitor is none.
    """
    if not visitor().may_all:
        raise refuse("Only an administrator can do this.", "not the administrator", **fields)
    audit(act, by=actor(), **fields)


def actor() -> str:
    """Return who does something, as the log names them."""
    me = visitor()
    return ADMINISTRATOR if me.may_all and settings().lab else me.id


def refuse(sentence: str, reason: str, **fields: str | int) -> RightsError:
    """Return the error for what the visitor may not do, and log it; `reason`: for the log, without anybody's words."""
    audit("visitor refused", by=actor(), reason=reason, **fields)
    return RightsError(sentence)


def _require(right: bool, run: RunFolder) -> None:
    if right:
        return
    whose = "somebody else" if settings().private else owner_name(run)
    sentence = f"The run “{run.name()}” is {whose}'s. You can look at it and copy its recipe."
    raise refuse(sentence, "the run is another's", run=run.id, visitor=run.owner())
