"""From which page a websocket was opened.

A browser lets any page open a websocket to anywhere, shows our cookie if the page is on a neighbouring port, and says in Origin which page
it was. Only our own pages may. Streamlit would let in other ports of this machine, and ask an outside address what this
machine is called, during which nobody is served.
"""

from urllib.parse import urlsplit

from mnistlab.ui.gate.asgi import Scope, header, headers_of

PORTS = {"http": 80, "https": 443}


def own_page(scope: Scope) -> Scope | None:
    """Return the request if its page is ours, with Host written as Origin has it, since Streamlit compares the letters; else None.

    Who sends no Origin is no browser, and has only the cookies it knows itself.
    """
    origins = headers_of(scope, "origin")
    if not origins:
        return scope
    page = _place(origins[0], "")
    if len(origins) > 1 or len(headers_of(scope, "host")) != 1 or page is None:
        return None
    scheme = page[0]
    # A proxy that ends TLS may not say so, but where it does, an unencrypted page of that name is another one.
    if scope.get("scheme") == "wss" and scheme != "https":
        return None
    # Host names no port where it is the usual one of the scheme that the browser speaks, which is the page's.
    if page != _place(header(scope, "host"), scheme):
        return None
    host = urlsplit(origins[0]).netloc.encode("latin-1")
    headers = [(key, host if key.lower() == b"host" else value) for key, value in scope["headers"]]
    return {**scope, "headers": headers}


def _place(text: str, scheme: str) -> tuple[str, str, int] | None:
    """Return scheme, name and port; None where `text` is none of a web page (such as `null`)."""
    try:
        parts = urlsplit(f"{scheme}://{text}" if scheme else text)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in PORTS or not parts.hostname or parts.username is not None or parts.path or parts.query:
        return None
    return parts.scheme, parts.hostname.rstrip("."), port or PORTS[parts.scheme]
