"""The tab Networks of the page Lab: bring a network as network.json and weights.safetensors, use it, delete it."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnistlab.logs import audit
from mnistlab.recipes.base import LONGEST_JSON
from mnistlab.settings import settings
from mnistlab.store.imports import delete_import, import_network, imports
from mnistlab.store.networks import MOST_BYTES
from mnistlab.ui import rights, services
from mnistlab.ui.complaints import attempt, complain
from mnistlab.ui.frame import model_in_use, use_model
from mnistlab.ui.text import inert
from mnistlab.ui.visitors import visitor


def draw_import() -> None:
    """Draw what there is, and the way to bring another."""
    st.markdown(
        "A network from elsewhere: `network.json` with its layers, `weights.safetensors` with its weights, as a finished training "
        "offers them for download. Other formats can hold programs, so they are not read."
    )
    with st.form("lab.import", border=False):
        layers = st.file_uploader("network.json", type="json", key="lab.import.network", max_upload_size=1)
        weights = st.file_uploader("weights.safetensors", type="safetensors", key="lab.import.weights")
        name = st.text_input("Name", max_chars=60, key="lab.import.name")
        if st.form_submit_button("Import", icon=":material/upload:"):
            if layers is None or weights is None:
                complain("An import needs both files, network.json and weights.safetensors.")
            else:
                attempt(_import, layers, weights, name)
            st.rerun()
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


def _import(layers: UploadedFile, weights: UploadedFile, name: str) -> None:
    # What the browser was told about sizes and types binds nobody: only so much is read, and all of it is checked.
    known = import_network(
        settings().home, layers.read(LONGEST_JSON + 1), weights.read(MOST_BYTES + 1), name, visitor().id
    )
    title, _ = services.about_network(known)
    complain(f"The network “{inert(title)}” is here; use it on every page with its button.")


def _delete(network: str) -> None:
    owner = services.about_network(network)[1]
    if not _is_mine(owner):
        raise rights.refuse("This network was brought by somebody else.", "the network is another's", network=network)
    gone = delete_import(settings().home, network, visitor().id if settings().lab and owner == visitor().id else "")
    audit("network deleted" if gone else "network left", network=network, visitor=owner, by=rights.actor())


def _is_mine(owner: str) -> bool:
    return visitor().may_all or owner in ("", visitor().id)
