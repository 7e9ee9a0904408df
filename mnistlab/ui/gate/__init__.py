"""What every request passes before Streamlit sees it. Plain ASGI.

proxies   who is asking: the peer, or whom a proxy we believe names
hosts     under which name, and whether the server answers to it
origins   from which page a websocket was opened
uploads   how many bytes a visitor may send
floods    how fast, and what, a websocket may ask
gate      these in order; headers and token on the way back
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
