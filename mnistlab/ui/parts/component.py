"""A custom component: its HTML, CSS and JavaScript are files beside the module that draws it."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st


@cache
def component(module: str) -> Callable[..., Any]:
    """Return the function that draws a component, created at its first call.

    Arguments:
        module: `__file__` of the module that draws it; three files of the same name are beside it.
    """
    path = Path(module)
    html, css, js = (path.with_suffix(suffix).read_text(encoding="utf-8") for suffix in (".html", ".css", ".js"))
    drawing: Callable[..., Any] = st.components.v2.component(f"mnistlab_{path.stem}", html=html, css=css, js=js)
    return drawing


def room(key: str, style: str, narrow: str = "") -> Any:
    """Return a container that reserves room for its content, so that nothing below it moves when the content arrives.

    Arguments:
        key: key of the content.
        style: CSS.
        narrow: CSS that replaces it on a narrow screen.
    """
    container = f"{key}|place"
    name = ".st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", container)
    st.html(f"<style>{name} {{ {style} }} @media (max-width: 40rem) {{ {name} {{ {narrow} }} }}</style>")
    return st.container(key=container)
