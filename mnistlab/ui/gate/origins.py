"""The page that opened a websocket.

A browser lets any page open a websocket to anywhere, sends our cookie if the page is on another port of this host, and names the page
in Origin. Only our own pages are allowed. Streamlit would allow other ports of this machine, and ask an external service for this
machine's address, which blocks all other requests meanwhile.
"""

from urllib.parse import urlsplit

from mnistlab.ui.gate.asgi import Scope, header, headers_of

PORTS = {"http": 80, "https": 443}


def own_page(scope: Scope) -> Scope | None:
    """Return the request if its page is ours, with Host spelled as in Origin, because Streamlit compares them literally; else None.

    A client without Origin is not a browser, and sends only cookies it knows itself.
    """
    origins = headers_of(scope, "origin")
    if not origins:
        return scope
    page = _origin(origins[0], "")
    if len(origins) > 1 or len(headers_of(scope, "host")) != 1 or page is None:
        return None
    scheme = page[0]
    # A proxy that ends TLS may not report it, but if it does, an unencrypted page of the same name is a different one.
    if scope.get("scheme") == "wss" and scheme != "https":
        return None
    # Host has no port if it is the default of the page's scheme.
    if page != _origin(header(scope, "host"), scheme):
        return None
    host = urlsplit(origins[0]).netloc.encode("latin-1")
    headers = [(key, host if key.lower() == b"host" else value) for key, value in scope["headers"]]
    return {**scope, "headers": headers}


def _origin(text: str, scheme: str) -> tuple[str, str, int] | None:
    """Return scheme, name and port; None if `text` is not that of a web page (such as `null`)."""
    try:
        parts = urlsplit(f"{scheme}://{text}" if scheme else text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None or parts.path or parts.query:
        return None
    return parts.scheme, parts.hostname.rstrip("."), port or PORTS[parts.scheme]
