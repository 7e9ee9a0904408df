"""Messages of a run reach the server's event loop in batches, and the theme is read from the configuration once.

For each element of a page Streamlit 1.67 wakes the event loop twice, and both threads contend for the interpreter a hundred times a page; with each run, also
that of a timer, it reads some 300 options of the theme, which do not change while a server runs. Figures are in docs/measured.md ("Thirty visitors").
"""

import logging
import sys
import threading
from collections.abc import Callable
from functools import cache, partial
from threading import Lock
from weakref import WeakKeyDictionary

from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.runtime import Runtime

log = logging.getLogger("mnistlab.ui")
Callback = Callable[[], None]
# How long a thread that computes may keep the interpreter from the event loop, which asks for it twice for each message; Python's 5 ms cost a visitor half a
# second a page while others' pages were drawn.
SWITCH_SECONDS = 0.0005
_lock = Lock()
_waiting: WeakKeyDictionary[AppSession, list[Callback]] = WeakKeyDictionary()


@cache
def keep_messages_cheap() -> None:
    """Do so in all sessions from now on; call it once per process."""
    tell = Runtime._enqueued_some_message
    schedule, populate = AppSession._call_soon_on_event_loop, app_session._populate_theme_msg

    def call_soon(session: AppSession, callback: Callback) -> None:
        with _lock:
            waiting = _waiting.setdefault(session, [])
            waiting.append(callback)
            is_first = len(waiting) == 1
        if is_first:
            schedule(session, partial(_call_all, session))

    @cache
    def theme(section: str) -> CustomThemeConfig:
        made = CustomThemeConfig()
        populate(made, section)
        return made

    def populate_from_cache(msg: CustomThemeConfig, section: str = "theme") -> None:
        # Merging, even nothing, would mark a section as given that is not.
        if theme(section).ByteSize():
            msg.MergeFrom(theme(section))

    def tell_there_are_messages(runtime: Runtime) -> None:
        needs = runtime._get_async_objs().need_send_data
        if not needs.is_set():
            # (The event loop is the main thread's.)
            if threading.current_thread() is threading.main_thread():
                needs.set()
            else:
                tell(runtime)

    AppSession._call_soon_on_event_loop = call_soon  # type: ignore[method-assign, assignment]
    app_session._populate_theme_msg = populate_from_cache
    Runtime._enqueued_some_message = tell_there_are_messages  # type: ignore[method-assign, assignment]
    sys.setswitchinterval(SWITCH_SECONDS)


def _call_all(session: AppSession) -> None:
    """Call what has waited for the event loop since it was woken, in order."""
    with _lock:
        batch = _waiting.pop(session, [])
    for callback in batch:
        try:
            callback()
        except Exception:
            # As the event loop does: one that fails does not take the others along.
            log.exception("A message of a run was not delivered")
