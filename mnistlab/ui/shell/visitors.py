"""The visitor of a page: their id and nickname, from the browser's token, a login or a proxy's header.

Outside of a lab there is one visitor, who owns everything. A nickname with a token is not a login: it protects runs from neighbours'
mistakes, not from attacks (docs/security.md).
"""

import hashlib
import hmac
import secrets

import streamlit as st

from mnistlab.errors import RightsError
from mnistlab.logs import Seldom, audit
from mnistlab.refusals import refused
from mnistlab.settings import settings
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.visitors import Nicknames, Visitor, visitor_id
from mnistlab.ui.gate import uploads
from mnistlab.ui.gate.allowances import Allowances
from mnistlab.ui.gate.proxies import network_of
from mnistlab.ui.parts.complaints import announce, attempt, complain
from mnistlab.ui.parts.text import inert, note
from mnistlab.ui.shell.token_attempts import TokenAttempts

# Set by mnistlab/ui/gate, which handles every request before Streamlit.
COOKIE = "mnistlab_visitor"
LONGEST_TOKEN = 200
GIVEN = "visitor.given"
SESSION_TOKEN, ADMIN = "visitor.token", "visitor.admin"
_token_attempts = TokenAttempts()
_names_chosen = Allowances(most=100, seconds=3600.0)
_nameless = Seldom("turned away: the proxy did not say who this is")
# For tokens of addresses that reveal nothing, and that change with each start.
_key = secrets.token_bytes(16)


def visitor() -> Visitor:
    """Return the visitor of this page."""
    if not settings().lab:
        return Visitor("", "you", may_all=True)
    name = visitor_id(*_proof())
    return Visitor(name, Nicknames(settings().home).of(name), bool(st.session_state.get(ADMIN)))


def own_seed() -> str:
    """Return the seed that `seed=mine` in a link means for this visitor: the same each time, another for nearly everybody."""
    return str(int(hashlib.sha256(f"seed/{visitor().id}".encode()).hexdigest()[:6], 16))


def network() -> str:
    """Return a token for the network address of the visitor if addresses are limited (in a lab without login); else ""."""
    return _here() if settings().lab and settings().login == "none" else ""


def require_visitor() -> None:
    """Stop the page if the visitor should have logged in and has not."""
    if not settings().lab or settings().login == "none":
        return
    if settings().login == "header":
        if _header() is None:
            _nameless.tell()
            st.error("This lab is reached through its proxy, which says who you are. It did not.")
            st.stop()
    elif not st.user.get("is_logged_in"):
        st.title("mnistlab")
        st.button("Log in", type="primary", on_click=st.login)
        st.stop()


def owner_name(run: RunFolder) -> str:
    """Return the nickname of a run's owner; in a private lab, where visitors see only runs of their own, the visitor's nickname."""
    me = visitor()
    if settings().private and not me.may_all and run.owner():
        return me.nickname
    return Nicknames(settings().home).of(run.owner())


def draw_visitor() -> None:
    """Draw the visitor's name in a lab, with a way to change it, and messages that could not be shown earlier."""
    if not settings().lab:
        return
    if uploads.to_tell.take(str(st.context.cookies.get(COOKIE) or "")):
        complain(uploads.sentence(settings().upload_per_visitor))
    me = visitor()
    with st.popover(f"You: {inert(me.nickname)}", icon=":material/badge:"):
        note(_who_sees())
        st.text_input("Nickname", max_chars=30, key="visitor.nickname", placeholder=me.nickname)
        st.button("Use this name", on_click=attempt, args=(_rename, me.id))
        if settings().login == "oidc":
            st.button("Log out", on_click=st.logout)


def _who_sees() -> str:
    """Return a sentence about who sees a visitor's runs and name here."""
    seen = (
        "Nobody sees your runs and this name but you and the administrator."
        if settings().private
        else "Your runs carry this name. Others can look at them and copy their recipes, but not change or delete them."
    )
    kept = (
        "It is no login: whoever has your browser has your runs."
        if settings().login == "none"
        else "They belong to your login, in whichever browser you log in."
    )
    return f"{seen} {kept}"


def draw_admin_login() -> bool:
    """Draw the login to the administrator's view; return whether this visitor is in it."""
    if not settings().lab or st.session_state.get(ADMIN):
        return True
    if settings().admin_token is None:
        st.info("This lab has no administrator: MNISTLAB_ADMIN_TOKEN is not set.")
        return False
    # In a form, so that a token counts as one attempt; a plain field would submit it again with the next event on the page.
    with st.form("visitor.administrator", clear_on_submit=True, border=False):
        st.text_input("Administrator's token", type="password", key=GIVEN)
        st.form_submit_button("Come in", icon=":material/key:", on_click=_try_token)
    return False


def _try_token() -> None:
    token_text = str(st.session_state.pop(GIVEN, "") or "")
    token = settings().admin_token
    if token is None or not token_text:
        return
    if not _token_attempts.may_try(visitor().id, _here()):
        _log_try("administrator's token not looked at: too many tries")
        complain("Too many tokens were tried in the last minute. Wait a minute.")
    elif hmac.compare_digest(token_text.encode(), token.get_secret_value().encode()):
        st.session_state[ADMIN] = True
        _log_try("administrator came in")
    else:
        _log_try("wrong administrator's token")
        complain("That is not the administrator's token.")


def _log_try(event: str) -> None:
    audit(event, by=visitor().id)


def _rename(name: str) -> None:
    nickname = str(st.session_state.get("visitor.nickname", ""))
    if nickname.strip():
        # The limit on new names per address keeps one visitor from using up all the names a server can have.
        if not _names_chosen.may(_here()):
            sentence = "Many names were chosen from your network in the last hour. Choose yours later."
            raise refused(RightsError(sentence), name, "many names were chosen at one address")
        Nicknames(settings().home).choose(name, nickname, network())
        audit("nickname chosen", visitor=name)
        announce("You have a new name.")


def _proof() -> tuple[str, str]:
    """Return the kind of proof of a visitor's identity, and its secret."""
    login = settings().login
    if login == "header":
        return "header", _header() or ""
    if login == "oidc":
        return "login", f"{st.user.get('iss', '')}/{st.user.get('sub') or st.user.get('email') or ''}"
    token = st.context.cookies.get(COOKIE)
    if not token or len(token) > LONGEST_TOKEN:
        # A browser that refuses cookies is a new visitor each time.
        token = st.session_state.setdefault(SESSION_TOKEN, secrets.token_urlsafe(24))
    return "browser", str(token)


def _here() -> str:
    """Return a token for the network address of the visitor; the gate has checked the address."""
    # Streamlit gives no address for this machine itself.
    here = network_of(st.context.ip_address or "127.0.0.1")
    return hashlib.blake2b(here.encode(), digest_size=8, key=_key).hexdigest()


def _header() -> str | None:
    name = settings().user_header
    value = st.context.headers.get(name) if name else None
    return value if value and len(value) <= LONGEST_TOKEN else None
