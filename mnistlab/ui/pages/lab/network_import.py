"""The tab Networks of the page Lab: upload a network as network.json and weights.safetensors, use it, delete it."""

import streamlit as st

from mnistlab.errors import DataError
from mnistlab.logs import audit
from mnistlab.recipes.base import LONGEST_JSON
from mnistlab.settings import settings
from mnistlab.store.imports import delete_import, import_network, imports
from mnistlab.store.networks import MOST_BYTES
from mnistlab.ui.parts.complaints import attempt, complain
from mnistlab.ui.parts.uploads import read_upload
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.frame import model_in_use, use_model
from mnistlab.ui.shell.visitors import visitor

LAYERS, WEIGHTS, NAME = "lab.import.network", "lab.import.weights", "lab.import.name"


def draw_import() -> None:
    """Draw the imported networks, and the form to import another."""
    st.markdown(
        "A network from elsewhere: `network.json` with its layers, `weights.safetensors` with its weights, as a finished training "
        "offers them for download. Other formats can hold programs, so they are not read."
    )
    with st.form("lab.import", border=False):
        st.file_uploader("network.json", type="json", key=LAYERS, max_upload_size=1)
        st.file_uploader("weights.safetensors", type="safetensors", key=WEIGHTS)
        st.text_input("Name", max_chars=60, key=NAME)
        st.form_submit_button("Import", icon=":material/upload:", on_click=attempt, args=(_import,))
    for network in imports(settings().home):
        _draw_one(network)


def _draw_one(network: str) -> None:
    title, owner = services.about_network(network)
    if settings().private and not visitor().may_all and owner not in ("", visitor().id):
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.text(title)
        in_use = model_in_use() == network
        st.button(
            "In use" if in_use else "Use it",
            disabled=in_use,
            key=f"lab.use.{network}",
            on_click=use_model,
            args=(network,),
        )
        if _is_mine(owner):
            st.button("Delete", key=f"lab.delete.{network}", on_click=attempt, args=(_delete, network))


def _import() -> None:
    layers, weights = st.session_state.get(LAYERS), st.session_state.get(WEIGHTS)
    if layers is None or weights is None:
        raise DataError("An import needs both files, network.json and weights.safetensors.")
    # The browser's limits on sizes and types can be circumvented: reading is limited here, and everything is checked.
    content = read_upload(layers, LONGEST_JSON), read_upload(weights, MOST_BYTES)
    if content[0] is None or content[1] is None:
        return
    known = import_network(settings().home, content[0], content[1], str(st.session_state.get(NAME) or ""), visitor().id)
    title, _ = services.about_network(known)
    complain(f"The network “{title}” is here; use it on every page with its button.")


def _delete(network: str) -> None:
    owner = services.about_network(network)[1]
    if not _is_mine(owner):
        raise rights.refuse("This network was brought by somebody else.", "the network is another's", network=network)
    gone = delete_import(settings().home, network, visitor().id if settings().lab and owner == visitor().id else "")
    audit("network deleted" if gone else "network left", network=network, visitor=owner, by=rights.actor())


def _is_mine(owner: str) -> bool:
    return visitor().may_all or owner in ("", visitor().id)
