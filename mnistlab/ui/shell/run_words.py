"""The state of a run in words and as an icon."""

from mnistlab.engine import Outlook
from mnistlab.engine.admission import in_words
from mnistlab.engine.silence import restarted
from mnistlab.store.events import Event
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import RunState
from mnistlab.ui.shell import services

ICONS = {
    "queued": ":material/hourglass_empty:",
    "running": ":material/directions_run:",
    "paused": ":material/pause:",
    "finished": ":material/check_circle:",
    "failed": ":material/error:",
    "cancelled": ":material/cancel:",
    "interrupted": ":material/power_off:",
    "damaged": ":material/broken_image:",
}


def describe(run: RunFolder, state: RunState, last: Event) -> str:
    """Return the state of a run in words."""
    if is_cancelling(run, state):
        return "cancelling …"
    match state.name:
        case "queued" if services.engine().phase != "ready":
            return _after_losses(state, "queued; it begins as soon as the workers are there")
        case "queued":
            return _after_losses(state, in_line(services.engine().outlook(run)))
        case "running":
            stage = str(last.get("stage", "preparing"))
            return _after_losses(state, "training" if stage == "epoch done" else stage)
        case "finished" if not run.summary().get("complete", True):
            return "stopped early and kept"
        case _:
            return state.name


def is_cancelling(run: RunFolder, state: RunState) -> bool:
    """Return whether a run was cancelled and has not ended yet, so that it accepts no more requests."""
    return state.is_active and run.requested() == "cancel"


def in_line(outlook: Outlook) -> str:
    """Return the position of a waiting run in words."""
    position = "queued, next in line" if outlook.before == 0 else f"queued, {outlook.before} before it"
    if outlook.seconds is None or outlook.seconds < 1:
        return position
    return f"{position}; starts in about {in_words(outlook.seconds)}"


def _after_losses(state: RunState, words: str) -> str:
    told = restarted(state.losses)
    return f"{words}; {told}" if told else words
