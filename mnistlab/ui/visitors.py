"""Who looks at this page: their id and nickname, from the browser's token, a login or a proxy's header.

Outside of a lab there is one visitor, whose everything is. A nickname with a token is no login: it keeps neighbours from each other's runs
by accident, not by force (docs/security.md).
"""

import hmac
import secrets

import streamlit as st

from mnistlab.settings import settings
from mnistlab.store.runs import RunFolder
from mnistlab.store.visitors import Nicknames, Visitor, visitor_id
from mnistlab.ui.complaints import attempt, complain, tell
from mnistlab.ui.guesses import Guesses

# Set by mnistlab/ui/gate.py, which every request passes before it reaches Streamlit.
COOKIE = "mnistlab_visitor"
LONGEST_TOKEN = 200
SESSION_TOKEN, ADMIN = "visitor.token", "visitor.admin"
_guesses = Guesses(most=10, seconds=60.0)


def visitor() -> Visitor:
    """Return who looks at this page."""
    if not settings().lab:
        return Visitor("", "you", may_all=True)
    name = visitor_id(*_proof())
    return Visitor(name, Nicknames(settings().home).of(name), bool(st.session_state.get(ADMIN)))


def require_visitor() -> None:
    """Stop the page of somebody who should have logged in and has not."""
    if not settings().lab or settings().login == "none":
        return
    if settings().login == "header":
        if _header() is None:
            st.error("This lab is reached through its proxy, which says who you are. It did not.")
            st.stop()
    elif not st.user.get("is_logged_in"):
        st.title("mnistlab")
        st.button("Log in", type="primary", on_click=st.login)
        st.stop()


def owner_name(run: RunFolder) -> str:
    """Return the nickname of a run's owner."""
    return Nicknames(settings().home).of(run.owner())


def draw_visitor() -> None:
    """Draw who you are in a lab, with a way to change the nickname."""
    if not settings().lab:
        return
    me = visitor()
    with st.popover(f"You: {me.nickname}", icon=":material/badge:"):
        st.caption(
            "Your runs carry this name. Others can look at them and copy their recipes, but not change or delete them. "
            "It is no login: whoever has your browser has your runs."
        )
        st.text_input("Nickname", max_chars=30, key="visitor.nickname", placeholder=me.nickname)
        st.button("Use this name", on_click=attempt, args=(_rename, me.id))
        if settings().login == "oidc":
            st.button("Log out", on_click=st.logout)


def draw_admin_door() -> bool:
    """Draw the way into the administrator's view; return whether this visitor is in."""
    if not settings().lab or st.session_state.get(ADMIN):
        return True
    if settings().admin_token is None:
        st.info("This lab has no administrator: MNISTLAB_ADMIN_TOKEN is not set.")
        return False
    st.text_input("Administrator's token", type="password", key="visitor.token_given", on_change=_try_token)
    return False


def _try_token() -> None:
    given = st.session_state.pop("visitor.token_given", "")
    token = settings().admin_token
    if token is None or not given:
        return
    if not _guesses.may_try():
        complain("Too many tokens were tried in the last minute. Wait a minute.")
    elif hmac.compare_digest(given.encode(), token.get_secret_value().encode()):
        st.session_state[ADMIN] = True
    else:
        complain("That is not the administrator's token.")


def _rename(name: str) -> None:
    nickname = str(st.session_state.get("visitor.nickname", ""))
    if nickname.strip():
        Nicknames(settings().home).choose(name, nickname)
        tell("You have a new name.")


def _proof() -> tuple[str, str]:
    """Return where a visitor's id comes from, and what it is made of."""
    login = settings().login
    if login == "header":
        return "header", _header() or ""
    if login == "oidc":
        return "login", f"{st.user.get('iss', '')}/{st.user.get('sub') or st.user.get('email') or ''}"
    token = st.context.cookies.get(COOKIE)
    if not token or len(token) > LONGEST_TOKEN:
        # A browser that takes no cookies is a new visitor each time it comes.
        token = st.session_state.setdefault(SESSION_TOKEN, secrets.token_urlsafe(24))
    return "browser", str(token)


def _header() -> str | None:
    name = settings().user_header
    value = st.context.headers.get(name) if name else None
    return value if value and len(value) <= LONGEST_TOKEN else None
