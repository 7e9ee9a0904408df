"""A component of our own: its HTML, CSS and JavaScript are files beside the module that draws it."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st


@cache
def component(module: str) -> Callable[..., Any]:
    """Return what draws a component, made at its first call.

    Arguments:
        module: `__file__` of the module that draws it; beside it lie three files of the same name.
    """
    path = Path(module)
    html, css, js = (path.with_suffix(suffix).read_text(encoding="utf-8") for suffix in (".html", ".css", ".js"))
    drawing: Callable[..., Any] = st.components.v2.component(f"mnistlab_{path.stem}", html=html, css=css, js=js)
    return drawing


def room(key: str, style: str, narrow: str = "") -> Any:
    """Return a container that takes up its room before what it holds is there, so that nothing below moves away.

    Arguments:
        key: of what it holds.
        style: CSS.
        narrow: CSS that goes before it on a narrow screen.
    """
    place = f"{key}|place"
    name = ".st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", place)
    st.html(f"<style>{name} {{ {style} }} @media (max-width: 40rem) {{ {name} {{ {narrow} }} }}</style>")
    return st.container(key=place)
