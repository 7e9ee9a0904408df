"""Who is asking: the peer of the connection, or whom it names if it is a proxy we believe.

A proxy says for whom it asks (X-Forwarded-For), how that one spoke to it (X-Forwarded-Proto) and, where it logs people in, who that
is. Anybody can send such headers, so they count from named addresses only, and from nobody else does the login's header get
past here.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from mnistlab.ui.gate.asgi import Scope, header, headers_of

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# What X-Forwarded-Proto may say -> whether the line was encrypted.
SCHEMES = {"http": False, "ws": False, "https": True, "wss": True}


class Proxies:
    """Whose word is believed.

    Arguments:
        networks: where the proxies are.
        user_header: the header in which they name who has logged in, if they do.
    """

    def __init__(self, networks: Sequence[Network], user_header: str | None = None) -> None:
        self._networks = list(networks)
        self._user_header = (user_header or "").lower()

    def seen_through(self, scope: Scope) -> Scope:
        """Return the request as its sender made it: `client` and `scheme` are theirs; a login's header is left only if it holds."""
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
        """Each proxy appends whom it was asked by: the last one that is no proxy of ours is the sender, what stands before is hearsay."""
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
        # Some servers read X_User as X-User, so a proxy may pass on what it meant to replace. Two of them: one is not the proxy's.
        alike = [entry for entry in headers if entry[0].lower().replace(b"_", b"-") == name]
        true = [entry for entry in alike if entry[0].lower() == name]
        kept = true if believed and len(true) == 1 else []
        return [entry for entry in headers if entry not in alike] + kept


def read_address(text: str) -> Address | None:
    """Return the address in `1.2.3.4`, `1.2.3.4:80`, `::1`, `[::1]:80`; None for anything else. One of IPv4 in IPv6's clothes is IPv4."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
