"""Streamlit's and Uvicorn's log messages -> our log, in its format."""

import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

import streamlit.logger

from mnistlab import __version__
from mnistlab.logs import audit, set_up_logs, take_over
from mnistlab.settings import settings


def set_up_server_logs() -> None:
    """Set up the log of the server's process."""
    # Streamlit creates a logger for each of its modules at import, with its own handler (1.67; a test checks it).
    streamlit.logger.setup_formatter = lambda logger: setattr(logger, "propagate", True)
    set_up_logs(settings())


@contextlib.asynccontextmanager
async def with_our_logs(_: Any) -> AsyncIterator[None]:
    """Remove the handlers that Uvicorn gave its loggers just before it begins to serve; log when it begins and ends."""
    take_over()
    # At lower levels it logs every connection, with the visitor's address.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    # At lower levels it logs every timer that fires after its part of a page is gone, which is harmless.
    logging.getLogger("streamlit.runtime.app_session").setLevel(logging.WARNING)
    audit(f"server begins, mnistlab {__version__}")
    yield
    audit("server ends")
