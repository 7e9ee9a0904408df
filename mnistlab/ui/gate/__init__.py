"""The gate that every request passes before Streamlit. Plain ASGI.

proxies   the sender: the peer, or the client named by a trusted proxy
hosts     the name in the request, and whether the server answers to it
origins   the page that opened a websocket
uploads   the bytes a visitor may send
frames    the rate of a websocket's frames, before they are messages
floods    the rate and the kinds of a websocket's messages
parts     how many parts a message has
gate      these in order; headers and token of the response
"""

from mnistlab.ui.gate.gate import HEADERS, TOKEN, Gate, connections, policy
from mnistlab.ui.gate.hosts import Hosts, is_at_hand, is_loopback, own_names
from mnistlab.ui.gate.proxies import Proxies
from mnistlab.ui.gate.uploads import Uploads

__all__ = [
    "HEADERS",
    "TOKEN",
    "Gate",
    "Hosts",
    "Proxies",
    "Uploads",
    "connections",
    "is_at_hand",
    "is_loopback",
    "own_names",
    "policy",
]
