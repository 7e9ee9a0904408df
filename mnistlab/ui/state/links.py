"""The address of a page: when it is followed, and how it is written.

Each message of a browser carries the address at the time it was sent. On a busy machine that is long before the message is
read, so such an address says nothing about what the visitor wants now. It is followed only if the visitor navigated to it: in a new session,
from another page, and by Back or Forward, which Streamlit reports (`history.py`). In all other runs it is only written.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from mnistlab.ui.mends.history import has_gone_back

Link = dict[str, str]
STATE = "links"
# The seed of a link that gives each visitor a seed of their own.
OWN_SEED = "mine"
# The key for parameters that all pages have, beside a page's recipe or view.
EVERYWHERE = ""
AS_HTML = "amp;"


@dataclass
class _Address:
    """The state of a session's address.

    `page`: the current page; `requested`: the link of the latest navigation, and `back`, whether by Back or Forward; `followed`: which parts of the
    page have followed it; `canonical`: that link in our own spelling, None if it has to be written again; `sent`: the address last sent to or by
    the browser; `single`: single parameters by page, `single_names`: all their names; `latest`: each page's own parameters when it was last drawn.
    """

    page: str = ""
    requested: Link = field(default_factory=dict)
    back: bool = False
    followed: set[str] = field(default_factory=set)
    canonical: Link | None = None
    sent: Link = field(default_factory=dict)
    single: dict[str, Link] = field(default_factory=dict)
    single_names: set[str] = field(default_factory=set)
    latest: dict[str, Link] = field(default_factory=dict)


def begin(page: str, own_seed: Callable[[], str] | None = None) -> None:
    """Record where the visitor has gone; the frame calls this first on every page.

    Arguments:
        page: its script.
        own_seed: returns what a seed is for this visitor where a link asks for `mine`, so that one link gives a class thirty networks.

    If a run is interrupted before its page has followed the link, the next run follows it.
    """
    state, back = _state(), has_gone_back()
    if page != state.page or back:
        # Some programs for mail write “&” as they would in HTML, so that “x” comes as “amp;x”; no parameter of ours begins so.
        asked = {name.removeprefix(AS_HTML): text for name, text in st.query_params.to_dict().items()}
        state.page, state.back = page, back
        state.requested = {
            name: own_seed() if own_seed is not None and _is_own_seed(name, text) else text
            for name, text in asked.items()
        }
        state.sent, state.followed, state.canonical = dict(state.requested), set(), None


def _is_own_seed(name: str, text: str) -> bool:
    return text == OWN_SEED and name.rpartition(".")[2] == "seed"


def link_to_follow(follower: str, mine: Callable[[str], bool], knows_more: bool) -> Link | None:
    """Return the link to follow in this run, only once for each follower; None if there is none.

    Arguments:
        follower: the part of the page that asks.
        mine: whether a parameter of that name belongs to it.
        knows_more: whether it has a state already, which a link without any of its parameters leaves unchanged; after going back to
            such a link it returns to its defaults, though.
    """
    state = _state()
    if not _takes_turn(follower):
        return None
    link = {name: text for name, text in state.requested.items() if mine(name)}
    # An address with only another page's parameters comes from Streamlit's switch of pages, not from the visitor.
    foreign = state.requested.keys() - link.keys() - state.single_names
    return link if link or (state.back and not foreign) or not knows_more else None


def follow(own: Link) -> None:
    """Record that the link was followed and reads `own` in our own spelling, so that it can stay until the state changes."""
    _state().canonical = _whole(own)


def parameter(name: str, page: str = EVERYWHERE) -> str | None:
    """Return a single parameter, such as the run that is shown: as set by `put`, or from the link."""
    state = _state()
    state.single_names.add(name)
    if _takes_turn(f"{page}?{name}") and (name in state.requested or state.back):
        put(name, state.requested.get(name), page)
    return state.single.get(page, {}).get(name)


def put(name: str, value: str | None, page: str = EVERYWHERE) -> None:
    """Set a single parameter; the address changes when the page writes it next. Also for callbacks."""
    parameters = _state().single.setdefault(page, {})
    if value is None:
        parameters.pop(name, None)
    else:
        parameters[name] = value


def refuse(name: str) -> None:
    """Remove an invalid parameter from the address when it is written next."""
    _state().requested.pop(name, None)


def correct(name: str, value: str | None, page: str) -> None:
    """Replace a single parameter of the link, of which not everything could be followed, by what was."""
    put(name, value, page)
    requested = _state().requested
    requested.pop(name, None)
    if value is not None:
        requested[name] = value


def write(own: Link) -> None:
    """Write the state of the page to the address bar, and nothing else.

    Arguments: `own`: the parameters of the page's recipe or view; empty for a page without one.
    """
    state, present = _state(), st.query_params.to_dict()
    state.latest[state.page] = own | state.single.get(state.page, {})
    whole = _whole(own)
    wanted = state.requested if whole == state.canonical else whole
    if wanted != present or wanted != state.sent:
        # All at once, because the browser would make a history entry for each message about the address.
        st.query_params.from_dict(wanted)
    state.sent = wanted


def way_to(page: str) -> Link:
    """Return the link to another page with its latest state.

    It is complete, because an address that is written while the browser still changes the page would be assigned to the previous page.
    """
    return dict(_state().latest.get(page, {}))


def whole_way_to(page: str) -> Link:
    """Return the link to a page with its latest state, and the parameters that all pages have."""
    return _state().single.get(EVERYWHERE, {}) | way_to(page)


def _takes_turn(follower: str) -> bool:
    """Return whether the follower has not followed the link yet, and record that it has."""
    state = _state()
    if follower in state.followed:
        return False
    state.followed.add(follower)
    return True


def _whole(own: Link) -> Link:
    state = _state()
    return state.single.get(EVERYWHERE, {}) | own | state.single.get(state.page, {})


def _state() -> _Address:
    state: _Address = st.session_state.setdefault(STATE, _Address())
    return state
