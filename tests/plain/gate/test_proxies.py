"""Whose word is believed about who asks, how, and who has logged in."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.gates import scope_of

from mnistlab.ui.gate.proxies import Proxies, network_of, read_address, site_of

PROXY, ELSEWHERE = "10.0.0.1", "192.0.2.7"
NETWORKS = [ip_network("10.0.0.0/30"), ip_network("::1")]
HEADER = "X-Forwarded-User"


def seen(client=PROXY, kind="http", **headers):
    return Proxies(NETWORKS, HEADER).seen_through(scope_of(kind, client=client, **headers))


def login(**given):
    return [value.decode() for name, value in seen(**given)["headers"] if b"user" in name.lower()]


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_login_is_believed_from_the_proxy_only(kind):
    assert login(kind=kind, x_forwarded_user="alice") == ["alice"]
    for client in (ELSEWHERE, "10.0.0.4", "127.0.0.1", "::2", "unix", None):
        assert login(kind=kind, client=client, x_forwarded_user="alice") == [], client


@pytest.mark.parametrize("client", ["::ffff:10.0.0.1", "::1", "10.0.0.2"])
def test_a_proxy_is_known_however_its_address_is_written(client):
    assert login(client=client, x_forwarded_user="alice") == ["alice"]


def test_how_a_login_is_spelt_changes_nothing():
    for name in ("X_FORWARDED__USER", "x__forwarded__user", "X_Forwarded__User"):
        assert login(client=ELSEWHERE, **{name: "root"}) == []
        assert login(**{name: "root"}) == [], "a proxy may pass on what it meant to replace"
        assert login(**{name: "root"}, x_forwarded_user="alice") == ["alice"]
    assert login(X_FORWARDED_USER="alice") == ["alice"]


def test_two_logins_are_none():
    assert login(x_forwarded_user=["root", "alice"]) == []


def test_other_headers_stay():
    headers = seen(client=ELSEWHERE, x_forwarded_user="root", accept="text/html", cookie="a=1")["headers"]
    assert headers == [(b"accept", b"text/html"), (b"cookie", b"a=1")]


@pytest.mark.parametrize(
    ("client", "named", "sender"),
    [
        (ELSEWHERE, "203.0.113.9", ELSEWHERE),
        (PROXY, "203.0.113.9", "203.0.113.9"),
        (PROXY, "203.0.113.9:4711", "203.0.113.9"),
        (PROXY, "[2001:db8::9]:4711", "2001:db8::9"),
        # The sender may have made up what stands at the left.
        (PROXY, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (PROXY, ["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        (PROXY, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (PROXY, "10.0.0.2", "10.0.0.2"),
        (PROXY, "198.51.100.1, unknown", PROXY),
        # A zone may be any text.
        (PROXY, 'fe80::1%evil"} {', PROXY),
        (PROXY, "[fe80::1%25x]:80", PROXY),
        (PROXY, "", PROXY),
    ],
)
def test_the_sender_is_the_last_that_is_no_proxy(client, named, sender):
    assert seen(client, x_forwarded_for=named)["client"][0] == sender


def test_a_proxy_says_whether_the_line_is_encrypted():
    assert [seen(x_forwarded_proto=told)["scheme"] for told in ("https", "HTTPS", "http", "ftp", "")] == [
        "https",
        "https",
        "http",
        "http",
        "http",
    ]
    assert seen(kind="websocket", x_forwarded_proto="https")["scheme"] == "wss"
    assert seen(ELSEWHERE, x_forwarded_proto="https")["scheme"] == "http"


@given(st.text(st.characters(codec="latin-1"), max_size=60))
def test_whatever_is_named_there_is_an_address_at_the_end(named):
    assert read_address(seen(x_forwarded_for=named)["client"][0]) is not None
    assert seen(ELSEWHERE, x_forwarded_for=named)["client"][0] == ELSEWHERE


@pytest.mark.parametrize(
    ("address", "network", "site"),
    [
        ("192.0.2.7", "192.0.2.7/32", "192.0.2.7/32"),
        ("::ffff:192.0.2.7", "192.0.2.7/32", "192.0.2.7/32"),
        ("64:ff9b::192.0.2.7", "192.0.2.7/32", "192.0.2.7/32"),
        ("2002:c000:207:5::1", "192.0.2.7/32", "192.0.2.7/32"),
        ("64:ff9b:0:0:0:1::", "64:ff9b::/64", "64:ff9b::/48"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("fe80::1%eth0", "unknown", "unknown"),
        ("unix", "unknown", "unknown"),
        ("", "unknown", "unknown"),
    ],
)
def test_who_is_counted_together(address, network, site):
    assert (network_of(address), site_of(address)) == (network, site)


def test_a_translated_address_is_no_proxy_of_ours():
    """Whoever comes through a translator is counted by the address inside, but not believed for it."""
    assert login(client="64:ff9b::10.0.0.1", x_forwarded_user="root") == []
