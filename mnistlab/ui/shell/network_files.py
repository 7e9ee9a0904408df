"""The downloads of a network: a zip of our two files, which comes in again as it went out, a file of ONNX, and one of Keras, which a worker writes."""

import streamlit as st

from mnistlab.engine.tasks.runs import export_keras
from mnistlab.model_files.onnx_file import onnx_file
from mnistlab.model_files.two_files import packed
from mnistlab.store.models import find_network
from mnistlab.ui.shell import services

EXPORT_SECONDS = 60


def draw_network_files(model: str) -> None:
    """Draw the buttons; `model`: the name of a network that the visitor may see."""
    # What they call runs when they are pressed, outside of this page.
    store, engine = services.store(), services.engine()
    name = model.replace("@", "-epoch-")
    st.download_button(
        "Network (.zip)",
        lambda: packed(find_network(model, store)),
        f"{name}.zip",
        "application/zip",
        on_click="ignore",
        key=f"network.zip.{model}",
        help="`network.json` with its layers and `weights.safetensors` with its weights. The page Lab takes it in again.",
    )
    st.download_button(
        "Network (.keras)",
        lambda: bytes(engine.ask(export_keras, model).result(EXPORT_SECONDS)),
        f"{name}.keras",
        on_click="ignore",
        key=f"network.keras.{model}",
        help="For `keras.models.load_model`.",
    )
    st.download_button(
        "Network (.onnx)",
        lambda: onnx_file(find_network(model, store)),
        f"{name}.onnx",
        on_click="ignore",
        key=f"network.onnx.{model}",
        help="For ONNX Runtime and everything else that reads ONNX. It takes in pictures as the `.keras` file does.",
    )
