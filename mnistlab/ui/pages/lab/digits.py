"""The digits of a lab, and the download of MNIST."""

import streamlit as st

from mnistlab.data.sources import download_target, source_in_use
from mnistlab.settings import settings
from mnistlab.ui.pages.lab.digit_sets import draw_sets
from mnistlab.ui.parts.complaints import attempt
from mnistlab.ui.parts.text import inert, tell, warn
from mnistlab.ui.shell import rights, services
from mnistlab.ui.shell.visitors import visitor


def draw_digits() -> None:
    """Draw the set of digits in use, and the button to fetch MNIST."""
    source, complaint = source_in_use()
    st.markdown(f"In use: **{inert(source.title)}**")
    if complaint:
        warn(complaint)
    fetch = services.download()
    if source.name == "embedded" and not complaint:
        if fetch.state == "running":
            st.info("MNIST is being fetched …")
        else:
            if fetch.reason:
                tell(fetch.reason)
            if settings().download and visitor().may_all:
                st.button("Fetch MNIST (11 MB)", on_click=attempt, args=(_fetch_mnist,))
    st.caption(
        "Looked for in this order: the file MNISTLAB_DATA names, the cache of Keras, an earlier download, a new download; "
        "else the embedded digits, drawn by a small generator network."
    )
    draw_sets()


def _fetch_mnist() -> None:
    rights.require_all("MNIST asked for")
    services.download().start(download_target(), settings())
