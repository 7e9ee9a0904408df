"""Dask's scheduler and worker without their web pages, which do not check certificates: their port is not even opened."""

from typing import Any

from distributed import Scheduler, Worker


class _WithoutPages:
    def start_http_server(self, *_arguments: Any, **_options: Any) -> None:
        """Do nothing. Dask has no option for it: without a dashboard it still serves metrics, to anybody."""


class QuietScheduler(_WithoutPages, Scheduler):  # type: ignore[misc]
    """A scheduler that listens on one port."""


class QuietWorker(_WithoutPages, Worker):  # type: ignore[misc]
    """A worker that listens on one port."""
