"""The sender of a request: the peer of the connection, or the client named by a trusted proxy.

A proxy names its client (X-Forwarded-For), the client's scheme (X-Forwarded-Proto) and, if it handles logins, the
user. Anybody can send such headers, so they are accepted from trusted addresses only, and the login header of anybody else is
removed here.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from mnistlab.ui.gate.asgi import Scope, header, headers_of

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# Addresses with a common prefix count as one network: a household or a machine gets a /64 of IPv6, and can use all its 2^64 addresses.
PREFIX = {4: 32, 6: 64}
# A household or a company gets up to a /48, which is 65,536 such networks.
SITE_PREFIX = {4: 32, 6: 48}
# A translator to IPv4 (NAT64, RFC 6052) has all of IPv4 in one /96.
TRANSLATED = IPv6Network("64:ff9b::/96")
# Value of X-Forwarded-Proto -> whether the connection was encrypted.
SCHEMES = {"http": False, "ws": False, "https": True, "wss": True}


class Proxies:
    """The trusted proxies.

    Arguments:
        networks: their addresses.
        user_header: the header with the logged-in user, if they send one.
    """

    def __init__(self, networks: Sequence[Network], user_header: str | None = None) -> None:
        self._networks = list(networks)
        self._user_header = (user_header or "").lower()

    def seen_through(self, scope: Scope) -> Scope:
        """Return the request as its sender made it: `client` and `scheme` are the sender's; a login header stays only if it is trusted."""
        peer = read_address(scope["client"][0]) if scope.get("client") else None
        believed = peer is not None and self._believes(peer)
        seen = {**scope, "headers": self._without_false_logins(scope, believed)}
        if peer is not None:
            client = self._sender(scope, peer) if believed else peer
            seen["client"] = (str(client), scope["client"][1] if client == peer else 0)
        encrypted = SCHEMES.get(header(scope, "x-forwarded-proto").strip().lower()) if believed else None
        if encrypted is not None:
            seen["scheme"] = ("http" if scope["type"] == "http" else "ws") + "s" * encrypted
        return seen

    def _believes(self, address: Address) -> bool:
        return any(address in network for network in self._networks)

    def _sender(self, scope: Scope, peer: Address) -> Address:
        """Return the sender. Each proxy appends its client, so the last address that is no proxy of ours is the sender; earlier ones are unproven."""
        sender = peer
        for text in reversed(",".join(headers_of(scope, "x-forwarded-for")).split(",")):
            named = read_address(text)
            if named is None:
                break
            sender = named
            if not self._believes(named):
                break
        return sender

    def _without_false_logins(self, scope: Scope, believed: bool) -> list[tuple[bytes, bytes]]:
        headers = list(scope["headers"])
        if not self._user_header:
            return headers
        name = self._user_header.encode()
        # Some servers treat X_User like X-User, so a proxy may pass on a header it meant to replace. Of two of them, one is not the proxy's.
        alike = [entry for entry in headers if entry[0].lower().replace(b"_", b"-") == name]
        true = [entry for entry in alike if entry[0].lower() == name]
        kept = true if believed and len(true) == 1 else []
        return [entry for entry in headers if entry not in alike] + kept


def read_address(text: str) -> Address | None:
    """Return the address in `1.2.3.4`, `1.2.3.4:80`, `::1`, `[::1]:80`; None for anything else. An IPv4-mapped IPv6 address is returned as IPv4.

    An address with a zone (`fe80::1%eth0`) is none: the zone may be any text, and means nothing on another machine.
    """
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = None if "%" in text else ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def network_of(text: str) -> str:
    """Return the network whose uploads, jobs and tries are counted together with those of an address in text; "unknown" for what is none."""
    return _counted_as(text, PREFIX)


def site_of(text: str) -> str:
    """Return the larger network around `network_of`, which one sender may have as a whole."""
    return _counted_as(text, SITE_PREFIX)


def _counted_as(text: str, prefix: dict[int, int]) -> str:
    address = read_address(text)
    if address is None:
        return "unknown"
    if isinstance(address, IPv6Address):
        # 6to4 (RFC 3056) gives each IPv4 address a /48.
        inside = IPv4Address(int(address) & 0xFFFFFFFF) if address in TRANSLATED else address.sixtofour
        address = inside or address
    return str(ip_network((address, prefix[address.version]), strict=False))
