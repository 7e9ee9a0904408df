"""Callbacks run to completion, even if the visitor's next message arrives meanwhile.

With each message of a browser Streamlit 1.67 asks the current run to stop, and that run does so at its next access to `st.session_state`: also within a
callback, and before it. The value counts as handled from then on, so no later run calls the callback again: an uploaded file, a clicked map, a slider
value that a link should contain were lost, one in ten while the page was still at work (`tests/pages/test_moment.py` reproduces it). So a run stops
before or after its callbacks, never in between.
"""

from contextvars import ContextVar
from functools import cache
from typing import Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.state.safe_session_state import SafeSessionState

_delivers: ContextVar[bool] = ContextVar("callbacks are called", default=False)


@cache
def keep_presses() -> None:
    """Make callbacks complete in all sessions that begin from now on; call it once per process."""
    stop_if_asked, deliver = ScriptRunner._maybe_handle_execution_control_request, SafeSessionState.on_script_will_rerun

    def stop_unless_delivering(runner: ScriptRunner) -> None:
        if not _delivers.get():
            stop_if_asked(runner)

    def deliver_whole(state: SafeSessionState, *arguments: Any, **options: Any) -> None:
        token = _delivers.set(True)
        try:
            deliver(state, *arguments, **options)
        finally:
            _delivers.reset(token)

    ScriptRunner._maybe_handle_execution_control_request = stop_unless_delivering  # type: ignore[method-assign, assignment]
    SafeSessionState.on_script_will_rerun = deliver_whole  # type: ignore[method-assign, assignment]
