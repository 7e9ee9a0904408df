"""How long a worker may be silent, and the messages about lost workers. Pure rules: clock and disk are the caller's.

A worker counts as silent only after it has taken the run: before, it may be importing TensorFlow, which takes minutes on a busy machine.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Literal

# killed: its process ended by itself, was killed, or ran out of memory. silent: it gave no sign of life, so the app ended it.
# cut off: the app that monitored it ended.
Loss = Literal["killed", "silent", "cut off"]
# After this many losses without a checkpoint in between, the run itself may be the cause.
MOST_LOSSES = 3
# Seconds that a worker may be silent until its first step is done. Loading TensorFlow's libraries holds the GIL for a
# second of processor time; a worker that gets a hundredth of a processor cannot respond for minutes.
LEAST_SILENCE = 300.0
TIMES = ("never", "once", "twice")


class Vigil:
    """Monitors one worker, on a monotonic clock."""

    def __init__(self) -> None:
        self._beat: int | None = None
        self._heard = 0.0

    def silent_for(self, taken: bool, beat: int, now: float) -> float:
        """Return the seconds since a new sign of life was seen; 0 until a worker has taken the run.

        Arguments:
            taken: whether a worker has taken the run.
            beat: a number that changes with each sign of life (`RunFolder.last_beat`).
            now: seconds, `time.monotonic()`.
        """
        if not taken or beat != self._beat:
            self._heard = now
        self._beat = beat if taken else None
        return now - self._heard


def patience(hang: float, losses: Sequence[str], preparing: bool = False) -> float:
    """Return the seconds a worker may be silent: `hang`, doubled after each worker that was ended for its silence.

    Arguments:
        hang: seconds.
        losses: losses of the run.
        preparing: whether the first step is not done yet.
    """
    least = max(hang, LEAST_SILENCE) if preparing else hang
    return float(least * 2 ** min(losses.count("silent"), MOST_LOSSES))


def is_given_up(losses: Sequence[str]) -> bool:
    """Return whether the run is not tried again."""
    return len(losses) >= MOST_LOSSES


def restarted(losses: Sequence[str]) -> str:
    """Return the message for a run that continues after losses."""
    if not losses:
        return ""
    cause = "the app was restarted" if losses[-1] == "cut off" else "its worker was restarted"
    return f"{cause} ({len(losses)} of {MOST_LOSSES})"


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
