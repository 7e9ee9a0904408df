"""Waiting for a condition instead of sleeping for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")
POLL_SECONDS = 0.02


def wait_for(condition: Callable[[], Value], seconds: float, what: str) -> Value:
    """Return the first true value of `condition`; fail with `what` if there is none in time."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < end, f"waited {seconds:g} seconds for: {what}"
        time.sleep(POLL_SECONDS)
    return value
