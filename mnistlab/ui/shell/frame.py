"""The frame of every page: title, menu, the network and digits in use, the state of the workers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from mnistlab.checkout import ASSETS
from mnistlab.data.sources import source_in_use
from mnistlab.errors import MnistlabError, StoreError
from mnistlab.recipes.data_sets import DataName, data_set
from mnistlab.store.imports import IMPORT_ID
from mnistlab.store.models import REFERENCE, find_network
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.mends.presses import keep_presses
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.parts.complaints import complain, draw_complaints
from mnistlab.ui.parts.text import as_html, fail, warn
from mnistlab.ui.shell import digits, services
from mnistlab.ui.shell.class_link import begin_handout, draw_class_link
from mnistlab.ui.shell.menu import HOME, PAGES
from mnistlab.ui.shell.visitors import draw_visitor, own_seed, require_visitor
from mnistlab.ui.shell.work import draw_work
from mnistlab.ui.state import links

MODEL = "model"
# Key of a container; the style refers to it.
RESULT = "result-below-choices"
STYLE = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


def begin_page(path: str) -> None:
    """Draw the frame of the page at `path`; the first call of every page."""
    title = PAGES[path].title
    keep_presses()
    links.begin(path, own_seed)
    st.set_page_config(
        page_title="mnistlab" if path == HOME else f"{title} · mnistlab",
        page_icon=str(ASSETS / "icon.png"),
        layout="wide",
    )
    # If `serve` started the app, the page has it already (ui/server/first_page.py).
    st.html(f"<style>{STYLE}</style>")
    require_visitor()
    _require_store()
    services.engine()
    services.download()
    services.begin_given()
    with st.sidebar:
        st.html('<p class="lab-name">mnistlab</p>')
        with st.container(key="menu-of-pages"):
            for script, page in PAGES.items():
                st.page_link(script, label=page.title, icon=page.icon, query_params=way_to(script))
        st.divider()
        _facts()
        _workers()
        draw_work(path)
        draw_visitor()
        draw_class_link(path)
    begin_handout(path)
    draw_complaints()


def _require_store() -> None:
    """Stop the page if a newer mnistlab has written the store, without touching the store."""
    try:
        services.check_store()
    except StoreError as error:
        fail(str(error))
        st.stop()


def choices_and_result(wide: int = 3) -> tuple[Any, Any]:
    """Return the column for a page's choices and the wider column for its result, which comes first on a narrow screen.

    Arguments:
        wide: width of the second column; that of the first is 2.
    """
    choices, result = st.container(key=RESULT).columns([2, wide], gap="large")
    return choices, result


def model_in_use() -> str:
    """Return the name of the network in use: the visitor's choice, or that of the link; else the reference network."""
    name = links.parameter(MODEL) or REFERENCE
    if name not in (REFERENCE, st.session_state.get(MODEL)):
        try:
            find_network(name, services.store())
        except MnistlabError as error:
            complain(f"{error} The reference network is used instead.")
            links.refuse(MODEL)
            name = REFERENCE
    # It exists, so it need not be looked up again.
    use_model(name)
    return name


def network_in_use() -> StoredNetwork:
    """Return the network in use; the reference network if it has been deleted since."""
    try:
        return find_network(model_in_use(), services.store())
    except MnistlabError as error:
        use_model(REFERENCE)
        complain(f"{error} The reference network is used instead.")
        return find_network(REFERENCE, services.store())


def data_in_use() -> DataName:
    """Return the name of the set of digits in use: the visitor's choice, or that of the link; else the one that goes with the network in use."""
    return digits.chosen_set(network_in_use())


def unreadable_digits() -> str:
    """Return a sentence where the digits in use have classes for which the network in use has no output; "" where it has all."""
    network, data = network_in_use(), data_in_use()
    return digits.belonging(network, data) if len(data_set(data).classes) > network.recipe.classes else ""


def use_model(name: str) -> None:
    """Use another network on all pages of this session and in their links."""
    st.session_state[MODEL] = name
    links.put(MODEL, None if name == REFERENCE else name)


def shared_parameters() -> Mapping[str, str]:
    """Return the parameters that a link to another page takes along."""
    name, data = model_in_use(), links.parameter(digits.DIGITS)
    return ({} if name == REFERENCE else {MODEL: name}) | ({} if data is None else {digits.DIGITS: data})


def way_to(page: str) -> Mapping[str, str]:
    """Return the link to a page with its latest state and the network in use."""
    return {**links.way_to(page), **shared_parameters()}


def model_title(name: str) -> str:
    """Return the name of a network on screen."""
    if name == REFERENCE:
        return "Reference network"
    if IMPORT_ID.fullmatch(name):
        return services.about_network(name)[0]
    run_id, _, epoch = name.partition("@")
    title = services.store().get(run_id).name()
    return f"{title}, epoch {epoch}" if epoch else title


def _facts() -> None:
    network, name = network_in_use(), model_in_use()
    _, complaint = source_in_use()
    st.html(
        f'<p class="lab-fact"><b>Network in use</b>{as_html(model_title(name))}, {network.parameters:,} parameters</p>'
    )
    if name != REFERENCE:
        st.button("Back to the reference network", on_click=use_model, args=(REFERENCE,))
    digits.draw_choice(network)
    if complaint:
        warn(complaint)


def _workers() -> None:
    """Show the state of the workers, every second until they are ready."""
    waiting = services.engine().phase == "starting" or services.download().state == "running"

    @st.fragment(run_every=1.0 if waiting else None)
    def draw() -> None:
        engine, fetch = services.engine(), services.download()
        text = {"starting": "starting …", "ready": "ready", "failed": "not reachable", "closed": "closed"}[engine.phase]
        st.html(f'<p class="lab-fact" role="status"><b>Workers</b>{text}</p>')
        if engine.phase == "failed":
            warn(engine.reason)
        if fetch.state == "running":
            share = f" {fetch.done / 1e6:.1f} of {fetch.total / 1e6:.1f} MB" if fetch.total else ""
            st.html(f'<p class="lab-fact" role="status"><b>Fetching MNIST</b>{share or "asking …"}</p>')
        still_waiting = engine.phase == "starting" or fetch.state == "running"
        if waiting and not still_waiting:
            # Questions that could not be asked before can be asked now; the rerun also ends this timer.
            rerun_page()

    draw()
