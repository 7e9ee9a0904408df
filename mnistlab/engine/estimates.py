"""A recipe -> the seconds it takes on this machine, estimated from earlier runs of its kind."""

import time
from dataclasses import dataclass
from pathlib import Path

from mnistlab.kinds import kind_of
from mnistlab.store.durations import Durations
from mnistlab.store.events import last_event
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.sharing import Wish

# Below this share of progress, the speed so far says little about the rest.
TELLING_SHARE = 0.05


@dataclass(frozen=True)
class Estimate:
    """`seconds` a job takes; `measured`: whether estimated from jobs of its kind and size on this machine."""

    seconds: float
    measured: bool


def estimate(wish: Wish, home: Path) -> Estimate:
    """Return the estimated duration of a wish with a worker of its own, from the durations under `home`."""
    kind = kind_of(wish.recipe)
    pace, amount = kind.pace(wish.recipe), kind.work(wish.recipe, wish.layers)
    rate = Durations(home).rate(pace, amount)
    if rate is None:
        return Estimate(amount * kind.first_guess[pace], measured=False)
    return Estimate(amount * rate.seconds, rate.comparable)


def remaining(run: RunFolder, whole: Estimate) -> float:
    """Return the remaining seconds of a run at work, from its own speed once that is reliable."""
    event = last_event(run.path / "events.jsonl")
    if event is None:
        return whole.seconds
    share = float(min(event["done"] / max(event["total"], 1), 1.0))
    elapsed = max(0.0, time.time() - run.state().since)
    if share >= TELLING_SHARE and run.state().attempts == 1:
        return elapsed * (1 - share) / share
    return whole.seconds * (1 - share)
