"""A timer's run that would draw the same once more is not begun.

Each run costs a thread and a dozen messages. Thirty visitors caused 44 of them a second, most by waiting for answers that were not there yet
(docs/measured.md, "Thirty visitors"). A browser does not wait for them: its timer goes on.
"""

import logging
from collections.abc import Callable
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.fragment import FragmentStorage
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState, get_script_run_ctx

log = logging.getLogger("mnistlab.ui")
# For each session's fragments: whether the next run of the timer would draw something new.
_worth: WeakKeyDictionary[FragmentStorage, dict[str, Callable[[], bool]]] = WeakKeyDictionary()


def run_again_if(has_news: Callable[[], bool]) -> None:
    """From now on begin a run of the current fragment's timer only if `has_news`; without a call all are begun.

    Arguments:
        has_news: called in the event loop of all visitors, so it must neither read a file nor use the session.
    """
    context, fragment = get_script_run_ctx(), ThreadState.get().fragment_id
    if context is None or fragment is None:
        return
    storage = context.fragment_storage
    _worth[storage] = {key: news for key, news in _worth.get(storage, {}).items() if storage.contains(key)}
    _worth[storage][fragment] = has_news


@cache
def keep_timers_cheap() -> None:
    """Do so in all sessions from now on; call it once per process."""
    request = AppSession.request_rerun

    def request_if_worth(
        session: AppSession, client_state: ClientState | None, *arguments: Any, **options: Any
    ) -> None:
        if client_state is None or not client_state.is_auto_rerun or _has_news(session, client_state.fragment_id):
            request(session, client_state, *arguments, **options)

    AppSession.request_rerun = request_if_worth  # type: ignore[method-assign, assignment]


def _has_news(session: AppSession, fragment: str) -> bool:
    has_news = _worth.get(session._fragment_storage, {}).get(fragment)
    try:
        return has_news is None or has_news()
    except Exception:
        log.exception("Whether a timer has something to draw is not known")
        return True
