"""The set of digits in use: the visitor's choice, or the set that the network in use learned from, or the one at hand."""

import streamlit as st

from mnistlab.brought_sets import is_here, known_set
from mnistlab.data.sources import find_source, source_in_use
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import EMBEDDED, MNIST, DataName, data_set, is_brought
from mnistlab.store.networks import StoredNetwork
from mnistlab.store.sets import sets
from mnistlab.ui.mends.beginning import begin_at
from mnistlab.ui.parts.complaints import complain
from mnistlab.ui.parts.text import as_html, note, warn
from mnistlab.ui.shell import services
from mnistlab.ui.state import links

DIGITS, WIDGET = "digits", "shell.digits"


def visible_sets() -> list[DataName]:
    """Return the sets that were brought and that the visitor of this page may see."""
    return [name for name in sets() if services.may_see_set(name)]


def title_of(name: DataName) -> str:
    """Return the name of a set on screen, for the visitor of this page."""
    return services.about_set(name)[0] if is_brought(name) else known_set(name).title


def own_set(network: StoredNetwork) -> DataName:
    """Return the set that is shown unless the visitor chooses another: what a network learned from if somebody brought that, else the one at hand."""
    if network.data is not None and is_brought(network.data) and is_here(network.data):
        return network.data
    return source_in_use()[0].name


def chosen_set(network: StoredNetwork) -> DataName:
    """Return the set of digits in use, which has as many classes as the network has outputs if there is any."""
    own, name = own_set(network), links.parameter(DIGITS)
    if name is None or name == own:
        return own
    if not is_at_hand(name):
        complain("The set of digits of this link is not here; it may have been deleted. Others are shown instead.")
        links.refuse(DIGITS)
        links.put(DIGITS, None)
        return own
    return name if _fits(name, network) else own


def use_set(name: DataName | None) -> None:
    """Use another set of digits on all pages of this session and in their links; None: that of the network in use."""
    links.put(DIGITS, name)


def draw_choice(network: StoredNetwork) -> None:
    """Draw the choice of the digits in use, where there is one, and whether they and the network belong together."""
    chosen, wanted = chosen_set(network), links.parameter(DIGITS)
    if wanted is not None and wanted != chosen and is_at_hand(wanted):
        warn(
            f"The set {title_of(wanted)} has {len(data_set(wanted).classes)} classes, and this network tells {network.recipe.classes} apart: "
            f"they do not belong together. {title_of(chosen)} is shown instead; train a network on that set to look at it."
        )
    options = [
        name
        for name in dict.fromkeys([own_set(network), *_at_hand(), *visible_sets()])
        if _fits(name, network) or name == chosen
    ]
    if len(options) > 1 and any(is_brought(name) for name in options):
        # Another set may have been chosen elsewhere, on the page Lab or by a link.
        if st.session_state.get(WIDGET) not in (None, chosen):
            del st.session_state[WIDGET]
        st.selectbox(
            "Digits in use",
            options,
            begin_at(WIDGET, options, chosen),
            format_func=title_of,
            key=WIDGET,
            on_change=_choose,
            args=(own_set(network),),
        )
    else:
        source, _ = source_in_use()
        title = source.title if source.name == chosen else title_of(chosen)
        st.html(f'<p class="lab-fact"><b>Digits in use</b>{as_html(title)}</p>')
    if sentence := belonging(network, chosen):
        note(sentence)


def belonging(network: StoredNetwork, name: DataName) -> str:
    """Return a sentence where network and digits do not belong together; "" where they do, or nobody knows."""
    learned, classes = network.data, len(data_set(name).classes)
    if classes != network.recipe.classes:
        return f"This network tells {network.recipe.classes} classes apart, and these digits have {classes}: they do not belong together."
    # Embedded digits are drawn after MNIST's.
    if learned is None or learned == name or {learned, name} <= {MNIST.name, EMBEDDED.name}:
        return ""
    return f"This network learned from {title_of(learned)}, not from these: what it says of them is said in the classes of {title_of(learned)}."


def _choose(own: DataName) -> None:
    chosen = st.session_state[WIDGET]
    use_set(None if chosen == own else chosen)


def _at_hand() -> list[DataName]:
    try:
        mnist = find_source(MNIST) is not None
    except DataError:
        mnist = False
    return [MNIST.name, EMBEDDED.name] if mnist else [EMBEDDED.name]


def is_at_hand(name: DataName) -> bool:
    """Return whether a set can be shown."""
    return name in _at_hand() or (is_brought(name) and is_here(name))


def _fits(name: DataName, network: StoredNetwork) -> bool:
    return len(data_set(name).classes) == network.recipe.classes
