"""What a visitor may do with a run, asked again in each callback: a button that is not drawn can still be pressed."""

from mnistlab.engine.admission import Admitted, leave
from mnistlab.errors import RightsError
from mnistlab.recipes import Recipe
from mnistlab.store.models import find_network
from mnistlab.store.runs import Control, RunFolder
from mnistlab.ui import services
from mnistlab.ui.visitors import network, owner_name, visitor


def may_change(run: RunFolder) -> bool:
    """Return whether a run is the visitor's to change. One without an owner is everybody's."""
    me = visitor()
    return me.may_all or run.owner() in ("", me.id)


def may_leave(run: RunFolder) -> bool:
    """Return whether Cancel means something for the visitor: they own the run or wait for it."""
    return may_change(run) or visitor().id in run.joined()


def start(recipe: Recipe, name: str) -> Admitted:
    """Put a recipe into the queue, or find the run that computes it already."""
    for model in (getattr(recipe, "model", None), getattr(recipe, "initial", None)):
        if model is not None:
            # One that the visitor may not see is none.
            find_network(model, services.store())
    return services.engine().start(recipe, name, visitor().id, network())


def steer(run: RunFolder, control: Control) -> None:
    """Ask something of a run.

    Raises:
        RightsError: it is another's, or others wait for it.
    """
    _require_right(run)
    if control in ("pause", "stop") and run.joined():
        raise RightsError("Others wait for this run too, so it goes on to its end. Cancel takes you out of it.")
    run.request(control)


def cancel(run: RunFolder) -> None:
    """Take the visitor out of a run; end it if nobody else waits for it."""
    if visitor().may_all or not (visitor().id in run.joined() or (may_change(run) and run.joined())):
        _require_right(run)
        services.engine().cancel(run)
    else:
        leave(run, visitor().id)


def resume(run: RunFolder) -> None:
    """Put an interrupted or failed run into the queue again."""
    _require_right(run)
    services.engine().resume(run, network())


def rename(run: RunFolder, name: str) -> None:
    """Give a run another name."""
    _require_right(run)
    run.rename(name)


def delete(run: RunFolder) -> None:
    """Remove a run for good."""
    _require_right(run)
    services.store().delete(run)


def _require_right(run: RunFolder) -> None:
    if not may_change(run):
        raise RightsError(f"The run “{run.name()}” is {owner_name(run)}'s. You can look at it and copy its recipe.")
