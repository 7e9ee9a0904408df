"""A task that takes seconds -> a worker that answers shorter questions meanwhile."""

import contextlib


def step_aside() -> None:
    """Let the worker answer shorter questions meanwhile; outside a worker do nothing."""
    from distributed import get_worker, secede

    with contextlib.suppress(ValueError, KeyError, AttributeError):
        get_worker()
        secede()
