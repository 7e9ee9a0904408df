"""Where a class is found: its code, its link, and the link as a QR code."""

from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from mnistlab.pictures.encoding import data_address
from mnistlab.pictures.qr import LONGEST, qr_code
from mnistlab.ui.gate import is_loopback, own_names
from mnistlab.ui.pages.learn.place import CLASS
from mnistlab.ui.parts.text import as_html


def link_to(code: str) -> str:
    """Return the address at which students join; where the teacher has come by a name of this machine alone, by its name for others."""
    here = urlsplit(st.context.url or "http://localhost/learn")
    place = here.netloc
    if is_loopback(here.hostname or ""):
        place = own_names()[0] + (f":{here.port}" if here.port else "")
    return urlunsplit((here.scheme, place, here.path, f"{CLASS}={code}", ""))


def spaced(code: str) -> str:
    """Return a code as it is read aloud."""
    return f"{code[:3]} {code[3:]}"


def draw_address(code: str) -> None:
    """Draw code, link and QR code of a class."""
    link = link_to(code)
    picture = ""
    if len(link.encode()) <= LONGEST:
        picture = f"<img src='{data_address(qr_code(link))}' alt='The link as a QR code'>"
    st.html(f"<div class='lab-entry'>{picture}<p><b>{as_html(spaced(code))}</b><span>{as_html(link)}</span></p></div>")
