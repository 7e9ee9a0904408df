"""How long a worker may be silent, and what is said of a run whose workers were lost. Plain rules: the clock and the disk are the caller's.

A worker is silent only once it has taken the run: before that it may be importing TensorFlow, which takes minutes on a busy machine.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

# killed: its process ended by itself or by somebody's hand, or had no memory left. silent: it gave no sign of life, so the app ended it.
# cut off: the app that watched over it ended.
Loss = Literal["killed", "silent", "cut off"]
# After so many losses without a checkpoint in between, the run itself may be the cause.
MOST_LOSSES = 3
# Seconds that a worker may be silent at least until its first step is done. Loading TensorFlow's libraries keeps Python's one lock for a
# second of processor time; a worker that gets a hundredth of a processor can say nothing for minutes.
LEAST_SILENCE = 300.0
TIMES = ("never", "once", "twice")


class Vigil:
    """The watch over one worker, on a clock that does not jump."""

    def __init__(self) -> None:
        self._beat: int | None = None
        self._heard = 0.0

    def silent_for(self, taken: bool, beat: int, now: float) -> float:
        """Return the seconds since a new sign of life was seen; 0 as long as no worker has taken the run.

        Arguments:
            taken: whether a worker has.
            beat: a number that is another one after each sign of life (`RunFolder.last_beat`).
            now: seconds, `time.monotonic()`.
        """
        if not taken or beat != self._beat:
            self._heard = now
        self._beat = beat if taken else None
        return now - self._heard


def patience(hang: float, losses: Sequence[str], preparing: bool = False) -> float:
    """Return the seconds a worker may be silent: `hang`, twice as many after each that was ended for its silence.

    Arguments:
        hang: seconds.
        losses: of the run.
        preparing: whether it has not done its first step yet.
    """
    least = max(hang, LEAST_SILENCE) if preparing else hang
    return float(least * 2 ** min(losses.count("silent"), MOST_LOSSES))


def is_given_up(losses: Sequence[str]) -> bool:
    """Return whether the run is not tried again."""
    return len(losses) >= MOST_LOSSES


def restarted(losses: Sequence[str]) -> str:
    """Return what a visitor is told of a run that goes on after losses."""
    if not losses:
        return ""
    what = "the app was restarted" if losses[-1] == "cut off" else "its worker was restarted"
    return f"{what} ({len(losses)} of {MOST_LOSSES})"


def why_given_up(losses: Sequence[str]) -> str:
    """Return the reason why a run with these losses has failed."""
    counts = Counter(losses)
    told: dict[str, str] = {
        "silent": f"gave no sign of life {_times(counts['silent'])}",
        "killed": f"was lost {_times(counts['killed'])} (killed, or out of memory)",
        "cut off": f"ended with the app {_times(counts['cut off'])}",
    }
    advice = {
        "silent": "Resume it when the machine is less busy.",
        "killed": "Try fewer maps or a smaller batch, then resume.",
        "cut off": "It can be resumed.",
    }
    parts = [told[kind] for kind in told if counts[kind]]
    most = max(counts, key=lambda kind: counts[kind])
    return f"Its worker {' and '.join(parts)}. {advice[most]}"


def _times(count: int) -> str:
    return TIMES[count] if count < len(TIMES) else f"{count} times"
