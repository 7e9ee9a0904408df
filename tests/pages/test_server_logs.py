"""What of Streamlit's and its server's lines comes into the log."""

import asyncio
import logging

import pytest

from mnistlab.ui.server.server_logs import with_our_logs


@pytest.fixture
def levels():
    """Leave the levels of all loggers as they were."""
    before = {name: logging.getLogger(name).level for name in ("uvicorn.error", "streamlit.runtime.app_session")}
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("levels")
def test_a_timer_of_a_part_that_is_gone_is_not_told_and_a_fault_is():
    async def serving() -> tuple[bool, bool]:
        async with with_our_logs(None):
            sessions = logging.getLogger("streamlit.runtime.app_session")
            return sessions.isEnabledFor(logging.INFO), sessions.isEnabledFor(logging.WARNING)

    assert asyncio.run(serving()) == (False, True)
