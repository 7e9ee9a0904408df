"""Dask's scheduler and worker without their web pages, which know no certificates: the port is not even opened."""

from typing import Any

from distributed import Scheduler, Worker


class _WithoutPages:
    def start_http_server(self, *_arguments: Any, **_options: Any) -> None:
        """Do nothing. Dask has no switch for it: without a dashboard it still serves figures, and answers to anybody."""


class QuietScheduler(_WithoutPages, Scheduler):  # type: ignore[misc]
    """A scheduler that listens on one port."""


class QuietWorker(_WithoutPages, Worker):  # type: ignore[misc]
    """A worker that listens on one port."""
