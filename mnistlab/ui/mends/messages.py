"""Messages of a run reach the server's event loop in batches, and the theme is read from the configuration once.

For each element of a page Streamlit 1.67 wakes the event loop twice, and both threads contend for the interpreter a hundred times a page; with each run, also
that of a timer, it reads some 300 options of the theme, which do not change while a server runs. Figures are in docs/measured.md ("Thirty visitors").
"""

import logging
import sys
import threading
from collections import deque
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.runtime import Runtime
from streamlit.runtime.scriptrunner import ScriptRunner, ScriptRunnerEvent

log = logging.getLogger("mnistlab.ui")
Callback = Callable[[], None]
# How long a thread that computes may keep the interpreter from the event loop, which asks for it twice for each message; Python's 5 ms cost a visitor half a
# second a page while others' pages were drawn.
SWITCH_SECONDS = 0.0005
# Attributes of a session: what waits for the event loop, and whether that has been woken for it. Without a lock, which a page that is not drawn at the moment
# would keep from all others: what waits is appended before one looks whether to wake, and the loop takes back that it was woken before it looks what waits.
WAITING, IS_WOKEN = "_lab_waiting", "_lab_is_woken"


@cache
def keep_messages_cheap() -> None:
    """Do so in all sessions from now on; call it once per process."""
    tell = Runtime._enqueued_some_message
    handle = AppSession._on_scriptrunner_event
    schedule, populate = AppSession._call_soon_on_event_loop, app_session._populate_theme_msg

    def call_soon(session: AppSession, callback: Callback) -> None:
        session.__dict__.setdefault(WAITING, deque()).append(callback)
        if not session.__dict__.get(IS_WOKEN):
            session.__dict__[IS_WOKEN] = True
            schedule(session, partial(_call_all, session))

    def on_event(
        session: AppSession,
        sender: ScriptRunner | None,
        event: ScriptRunnerEvent,
        forward_msg: ForwardMsg | None = None,
        **details: Any,
    ) -> None:
        # Nine of ten events are messages, and change no state of the session.
        if event is ScriptRunnerEvent.ENQUEUE_FORWARD_MSG and forward_msg is not None:
            call_soon(session, partial(_send, session, sender, forward_msg))
        else:
            handle(session, sender, event, forward_msg, **details)

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
    AppSession._on_scriptrunner_event = on_event  # type: ignore[method-assign, assignment]
    app_session._populate_theme_msg = populate_from_cache
    Runtime._enqueued_some_message = tell_there_are_messages  # type: ignore[method-assign, assignment]
    sys.setswitchinterval(SWITCH_SECONDS)


def _call_all(session: AppSession) -> None:
    """Call what has waited for the event loop since it was woken, in order."""
    session.__dict__[IS_WOKEN] = False
    waiting: deque[Callback] = session.__dict__[WAITING]
    # (What others append meanwhile is called, too, but does not keep all other sessions waiting.)
    for _ in range(len(waiting)):
        try:
            waiting.popleft()()
        except Exception:
            # As the event loop does: one that fails does not take the others along.
            log.exception("A message of a run was not delivered")


def _send(session: AppSession, sender: ScriptRunner | None, message: ForwardMsg) -> None:
    """Send a message to the browser, unless a newer run has taken the place of the one it comes from."""
    if sender is session._scriptrunner:
        session._enqueue_forward_msg(message)
