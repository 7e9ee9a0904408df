"""What Streamlit and its server say -> the log, in its form."""

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
    # Streamlit makes a logger for each of its modules as they are imported, and puts a handler of its own on it (1.67; a test holds it).
    streamlit.logger.setup_formatter = lambda logger: setattr(logger, "propagate", True)
    set_up_logs(settings())


@contextlib.asynccontextmanager
async def with_our_logs(_: Any) -> AsyncIterator[None]:
    """Take from Uvicorn's loggers the handlers that it has given them just before it begins to serve; say when it begins and ends."""
    take_over()
    # It tells of every connection, with the visitor's address.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    # It tells of every timer that comes late to a part of a page that is no longer drawn, which is nobody's fault and harms nobody.
    logging.getLogger("streamlit.runtime.app_session").setLevel(logging.WARNING)
    audit(f"server begins, mnistlab {__version__}")
    yield
    audit("server ends")
