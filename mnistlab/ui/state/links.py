"""The address of a page: when it is followed, and how it is written.

Each message of a browser carries the address it had when the message was sent. On a busy machine that is long past when the message is
read, so such an address says nothing about what the visitor wants. It is followed only where the visitor went to it: in a new session,
from another page, and by Back or Forward, which Streamlit tells apart (`history.py`). In all other runs it is only written.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from mnistlab.ui.mends.history import has_gone_back

Link = dict[str, str]
STATE = "links"
# The parameters beside a page's recipe or view that all pages have.
EVERYWHERE = ""


@dataclass
class _Address:
    """What a session knows of its address.

    `page`: where it is; `asked`: the link the visitor went to last, and `back`, whether by Back or Forward; `followed`: who has followed it;
    `means`: what that link says in our own spelling, None if it has to be written anew; `told`: what the browser was told last, or told us;
    `beside`: parameters that stand for themselves, by page, `standing`: the names of all such; `left`: the own parameters of each page when it was last drawn.
    """

    page: str = ""
    asked: Link = field(default_factory=dict)
    back: bool = False
    followed: set[str] = field(default_factory=set)
    means: Link | None = None
    told: Link = field(default_factory=dict)
    beside: dict[str, Link] = field(default_factory=dict)
    standing: set[str] = field(default_factory=set)
    left: dict[str, Link] = field(default_factory=dict)


def begin(page: str) -> None:
    """Take note of where the visitor has gone; the frame does it first on every page.

    A run that is interrupted before its page has followed the link leaves that to the next.
    """
    state, back = _state(), has_gone_back()
    if page != state.page or back:
        state.page, state.asked, state.back = page, st.query_params.to_dict(), back
        state.told, state.followed, state.means = dict(state.asked), set(), None


def asked(follower: str, mine: Callable[[str], bool], knows_more: bool) -> Link | None:
    """Return the link to follow in this run, each time only once; None if there is none.

    Arguments:
        follower: who asks.
        mine: whether a parameter of that name is theirs.
        knows_more: whether they have something to show already, which a link without any of their parameters leaves as it is; going back to
            such a link brings their defaults, though.
    """
    state = _state()
    if not _takes_turn(follower):
        return None
    link = {name: text for name, text in state.asked.items() if mine(name)}
    # An address of parameters that are another page's comes from Streamlit's switch of pages, and is nobody's wish.
    foreign = state.asked.keys() - link.keys() - state.standing
    return link if link or (state.back and not foreign) or not knows_more else None


def follow(own: Link) -> None:
    """Note that the link has been followed and says, in our own spelling, `own`: it can stay as it is until something changes."""
    _state().means = _whole(own)


def parameter(name: str, page: str = EVERYWHERE) -> str | None:
    """Return a parameter that stands for itself, such as the run that is shown: as it was put, or as the link asks."""
    state = _state()
    state.standing.add(name)
    if _takes_turn(f"{page}?{name}") and (name in state.asked or state.back):
        put(name, state.asked.get(name), page)
    return state.beside.get(page, {}).get(name)


def put(name: str, value: str | None, page: str = EVERYWHERE) -> None:
    """Change such a parameter; the address follows when the page writes it next. For callbacks, too."""
    beside = _state().beside.setdefault(page, {})
    if value is None:
        beside.pop(name, None)
    else:
        beside[name] = value


def refuse(name: str) -> None:
    """Take a parameter that cannot be out of the address when it is written next."""
    _state().asked.pop(name, None)


def write(own: Link) -> None:
    """Make the address bar say what the page shows, and nothing else.

    Arguments: `own`: the parameters of the page's recipe or view; empty for a page that has none.
    """
    state, present = _state(), st.query_params.to_dict()
    state.left[state.page] = own | state.beside.get(state.page, {})
    whole = _whole(own)
    wanted = state.asked if whole == state.means else whole
    if wanted != present or wanted != state.told:
        # All at once: each message about the address would be a page of its own to the browser's Back.
        st.query_params.from_dict(wanted)
    state.told = wanted


def way_to(page: str) -> Link:
    """Return the link to another page as the visitor left it.

    It is complete: an address that is written while the browser still changes the page would become an address of the page before.
    """
    return dict(_state().left.get(page, {}))


def _takes_turn(follower: str) -> bool:
    """Return whether somebody has not followed the link yet; they have then."""
    state = _state()
    if follower in state.followed:
        return False
    state.followed.add(follower)
    return True


def _whole(own: Link) -> Link:
    state = _state()
    return state.beside.get(EVERYWHERE, {}) | own | state.beside.get(state.page, {})


def _state() -> _Address:
    state: _Address = st.session_state.setdefault(STATE, _Address())
    return state
