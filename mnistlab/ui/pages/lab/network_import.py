"""The tab Networks of the page Lab: upload a network as a file of Keras, or as network.json and weights.safetensors; use it, download it, delete it."""

import streamlit as st

from mnistlab.data.scaling import SCALINGS
from mnistlab.errors import DataError, MnistlabError, RightsError
from mnistlab.logs import audit
from mnistlab.model_files.bring import bring
from mnistlab.model_files.contents import MOST_FILE_BYTES
from mnistlab.recipes import layer_rows
from mnistlab.refusals import refused
from mnistlab.settings import settings
from mnistlab.store.imports import delete_import, import_network, imported_recipe, imports
from mnistlab.store.models import REFERENCE, reference_network
from mnistlab.ui.parts.complaints import attempt, attempt_at, complain, draw_complaints
from mnistlab.ui.parts.text import note
from mnistlab.ui.parts.uploads import read_upload
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.frame import model_in_use, model_title, use_model
from mnistlab.ui.shell.network_files import draw_network_files
from mnistlab.ui.shell.visitors import network as own_address
from mnistlab.ui.shell.visitors import visitor

FILES, NAME = "lab.import.files", "lab.import.name"
TYPES = ["keras", "h5", "hdf5", "zip", "json", "safetensors"]
# How HDF5 and zip begin.
OF_KERAS = (b"\x89HDF", b"PK\x03\x04")


def draw_import() -> None:
    """Draw the imported networks, and the form to import another."""
    st.markdown(
        f"A network from elsewhere: one file of Keras, `.keras` or `.h5`; or two of mnistlab, `network.json` (or the recipe of a training) and `weights.safetensors`, or both in one `.zip`. Layers and "
        f"numbers are read, programs in it are not. At most {MOST_FILE_BYTES // 1_000_000} MB; a file gets smaller when it is saved without its optimiser."
    )
    with st.form("lab.import", border=False):
        st.file_uploader("File, or both files", TYPES, True, FILES, max_upload_size=MOST_FILE_BYTES // 1_000_000)
        st.text_input("Name", max_chars=60, key=NAME)
        draw_complaints(FILES)
        st.form_submit_button("Import", icon=":material/upload:", on_click=attempt_at, args=(FILES, _import))
    _draw_one(REFERENCE)
    for network in imports(settings().home):
        owner = services.about_network(network)[1]
        if not settings().private or visitor().may_all or owner in ("", visitor().id):
            _draw_one(network)


def _draw_one(network: str) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.text(model_title(network))
        note(_facts(network))
        in_use = model_in_use() == network
        st.button(
            "In use" if in_use else "Use it",
            disabled=in_use,
            key=f"lab.use.{network}",
            on_click=use_model,
            args=(network,),
        )
        with st.popover("Download", icon=":material/download:", key=f"lab.download.{network}"):
            draw_network_files(network)
        if network != REFERENCE and _is_mine(services.about_network(network)[1]):
            st.button("Delete", key=f"lab.delete.{network}", on_click=attempt, args=(_delete, network))


def _facts(name: str) -> str:
    try:
        recipe = reference_network().recipe if name == REFERENCE else imported_recipe(settings().home, name)
    except MnistlabError as error:
        return str(error)
    parameters = sum(row.parameters for row in layer_rows(recipe))
    return f"{parameters:,} parameters, learned from {SCALINGS[recipe.scaling]}"


def _import() -> None:
    files = list(st.session_state.get(FILES) or [])
    name = str(st.session_state.get(NAME) or "")
    if not 1 <= len(files) <= 2:
        raise DataError(
            "An import needs one file of Keras, or both network.json and weights.safetensors, as two files or in one .zip."
        )
    # The browser's limits on sizes and types can be circumvented: reading is limited here, and everything is checked.
    contents = [read_upload(file, MOST_FILE_BYTES) for file in files]
    if None in contents:
        return
    home, me = settings().home, visitor().id
    match sorted((content for content in contents if content is not None), key=len):
        case [content]:
            brought = bring(home, content, name, me, own_address())
            found = [brought.trial.sentence] if brought.trial is not None else []
            known, notes = brought.model, [*found, *_left_out(brought.left_out)]
        case files if any(content.startswith(OF_KERAS) for content in files):
            raise DataError(
                "Two files are network.json and weights.safetensors; a file of Keras, or a .zip, is brought alone."
            )
        case layers, weights:
            # Names of files are their visitor's words; whatever the layers are, they are shorter than the weights.
            known, notes = import_network(home, layers, weights, name, me, own_address()), []
    title, _ = services.about_network(known)
    complain(" ".join([f"The network “{title}” is here; use it on every page with its button.", *notes]))


def _left_out(parts: tuple[str, ...]) -> list[str]:
    return [f"Left out: {', '.join(parts)}."] if parts else []


def _delete(network: str) -> None:
    owner = services.about_network(network)[1]
    if not _is_mine(owner):
        sentence = "This network was brought by somebody else."
        raise refused(RightsError(sentence), rights.actor(), "the network is another's", network=network)
    gone = delete_import(settings().home, network, visitor().id if settings().lab and owner == visitor().id else "")
    audit("network deleted" if gone else "network left", network=network, visitor=owner, by=rights.actor())


def _is_mine(owner: str) -> bool:
    return visitor().may_all or owner in ("", visitor().id)
