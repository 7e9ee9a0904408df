"""A websocket is for our own pages: those whose address is the one it goes to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.gates import scope_of

from mnistlab.ui.gate.origins import own_page


def is_own(origin, host, scheme="ws"):
    return own_page(scope_of("websocket", scheme=scheme, origin=origin, host=host)) is not None


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        ("http://127.0.0.1:8501", "127.0.0.1:8501", "ws"),
        ("http://localhost:8501", "localhost:8501", "ws"),
        ("http://[::1]:8501", "[::1]:8501", "ws"),
        ("http://lab", "lab", "ws"),
        ("http://lab", "lab:80", "ws"),
        ("http://LAB.example", "lab.example.", "ws"),
        # A proxy that ends TLS and says so, and one that does not.
        ("https://lab.example", "lab.example", "wss"),
        ("https://lab.example", "lab.example", "ws"),
        ("https://lab.example", "lab.example:443", "wss"),
        ("https://lab.example:8443", "lab.example:8443", "wss"),
    ],
)
def test_ones_own_page_is_let_in(origin, host, scheme):
    assert is_own(origin, host, scheme)


@pytest.mark.parametrize(
    ("origin", "host", "scheme"),
    [
        ("http://evil.example", "lab.example", "ws"),
        ("http://lab.example.evil.example", "lab.example", "ws"),
        # Other ports of this machine; Streamlit would let them in.
        ("http://localhost:8000", "localhost:8501", "ws"),
        ("http://localhost", "localhost:8501", "ws"),
        ("http://localhost:8501", "localhost", "ws"),
        ("http://127.0.0.1:8501", "localhost:8501", "ws"),
        ("http://localhost:8501", "127.0.0.1:8501", "ws"),
        ("https://lab.example", "lab.example:80", "ws"),
        # The unencrypted namesake of an encrypted server.
        ("http://lab.example", "lab.example", "wss"),
        ("null", "lab.example", "ws"),
        ("", "lab.example", "ws"),
        ("file://", "lab.example", "ws"),
        ("chrome-extension://lab.example", "lab.example", "ws"),
        ("http://user@lab.example", "lab.example", "ws"),
        ("http://lab.example/path", "lab.example", "ws"),
        ("http://lab.example:99999", "lab.example", "ws"),
        ("http://[::1", "[::1", "ws"),
        ("http://lab.example", "", "ws"),
        ("http://lab.example", "user@lab.example", "ws"),
        (["http://lab.example", "http://evil.example"], "lab.example", "ws"),
        ("http://lab.example", ["lab.example", "evil.example"], "ws"),
    ],
)
def test_any_other_page_is_refused(origin, host, scheme):
    assert not is_own(origin, host, scheme)


def test_who_sends_no_origin_is_no_browser():
    assert own_page(scope_of("websocket", host="lab.example")) is not None


@given(st.text(st.characters(codec="latin-1"), max_size=40), st.text(st.characters(codec="latin-1"), max_size=40))
def test_what_is_let_in_reads_the_same_afterwards(origin, host):
    page = own_page(scope_of("websocket", origin=origin, host=host))
    if page is not None:
        headers = dict(page["headers"])
        assert headers[b"origin"].partition(b"://")[2] == headers[b"host"]
