"""States of widgets that no page can have are dropped.

Streamlit 1.67 keeps a state under whatever name a browser sends. Under one that is no widget's it counts as a key of the session that has no value: each
access to all of them ends in a `KeyError` with the visitor's words in it, and a key of ours seems to be there.
"""

from functools import cache

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.state.common import GENERATED_ELEMENT_ID_PREFIX
from streamlit.runtime.state.session_state import STREAMLIT_INTERNAL_KEY_PREFIX, SessionState

# What the names of widgets begin with, and those of what components report.
OURS = (f"{GENERATED_ELEMENT_ID_PREFIX}-", f"{STREAMLIT_INTERNAL_KEY_PREFIX}_")


@cache
def drop_forged_states() -> None:
    """Drop them in all sessions from now on; call it once per process."""
    set_all = SessionState.set_widgets_from_proto

    def set_known(state: SessionState, widget_states: WidgetStates) -> None:
        if all(widget.id.startswith(OURS) for widget in widget_states.widgets):
            set_all(state, widget_states)
        else:
            known = [widget for widget in widget_states.widgets if widget.id.startswith(OURS)]
            set_all(state, WidgetStates(widgets=known))

    SessionState.set_widgets_from_proto = set_known  # type: ignore[method-assign, assignment]
