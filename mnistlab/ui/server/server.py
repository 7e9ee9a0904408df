"""The app as `serve` starts it: Streamlit behind the gate, with endpoints for monitoring.

`streamlit run app.py` starts the same pages without these, for one person on their own machine.
"""

import base64
import hashlib
import importlib
import os
import re
import sys
from pathlib import Path

import streamlit
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit.starlette import App

from mnistlab.checkout import ROOT
from mnistlab.errors import StoreError
from mnistlab.settings import settings
from mnistlab.store.classrooms import Classrooms
from mnistlab.ui.gate import Gate, Hosts, Proxies, Uploads, is_at_hand, is_loopback, own_names, policy
from mnistlab.ui.gate.frames import keep_frames_few
from mnistlab.ui.mends.forged import drop_forged_states
from mnistlab.ui.mends.memory_trim import keep_trimming
from mnistlab.ui.mends.messages import keep_messages_cheap
from mnistlab.ui.mends.plain_data import take_plain_data
from mnistlab.ui.mends.presses import keep_presses
from mnistlab.ui.mends.timers import keep_timers_cheap
from mnistlab.ui.server import metrics as figures_of_server
from mnistlab.ui.server.first_page import SCRIPT, FirstPage
from mnistlab.ui.server.no_page import NoPage
from mnistlab.ui.server.preparation import prepare_first_page
from mnistlab.ui.server.scripts import Scripts
from mnistlab.ui.server.server_logs import set_up_server_logs, with_our_logs
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import STYLE
from mnistlab.ui.shell.menu import PAGES
from mnistlab.ui.shell.visitors import COOKIE

IMPORTED_FIRST = (
    "plotly.graph_objs",
    "plotly.io",
    "mnistlab.ui.pages.lab.page",
    "mnistlab.ui.pages.oip.page",
    "mnistlab.ui.pages.atlas.page",
)
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def health(_: Request) -> Response:
    """Answer that the process is alive."""
    return JSONResponse({"alive": True})


def ready(_: Request) -> Response:
    """Answer whether a visitor would be served: 200, or 503 with the reasons. The first call starts the workers."""
    lacking = figures_of_server.lacking(services.whole_store(), services.engine())
    return JSONResponse({"ready": not lacking, "lacking": lacking}, status_code=503 if lacking else 200)


def metrics(_: Request) -> Response:
    """Return the metrics of this server in the text format of Prometheus. They contain no names."""
    text = figures_of_server.as_text(figures_of_server.figures(services.whole_store(), services.engine()))
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")


def inline_scripts() -> list[str]:
    """Return the digests of the scripts inside the page: Streamlit's own and ours."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    digests = (hashlib.sha256(script.encode()).digest() for script in [*INLINE_SCRIPT.findall(page), SCRIPT])
    return [base64.b64encode(digest).decode() for digest in digests]


def make_gate() -> Middleware:
    """Return the gate configured by the settings."""
    current = settings()
    return Middleware(
        Gate,
        cookie=COOKIE if current.lab else "",
        hosts=answered_names(),
        proxies=Proxies(current.proxies, current.user_header),
        uploads=Uploads(current.upload_per_visitor) if current.lab else None,
        content_policy=policy(inline_scripts()),
    )


def answered_names() -> Hosts:
    """Return the host names of this server."""
    if not settings().lab:
        return Hosts(also=is_loopback)
    return Hosts(settings().host_names) if settings().host_names else Hosts(own_names(), also=is_at_hand)


def names_sentence() -> str:
    """Return the message about them at the start of a lab."""
    if "*" in settings().host_names:
        return "It answers to any name."
    if settings().host_names:
        return f"It answers to {', '.join(settings().host_names)}."
    return (
        f"It answers to {', '.join(own_names())}, to names without a dot or in .local, and to IP addresses; "
        "other names are let in by MNISTLAB_HOSTS."
    )


def main() -> None:
    """Serve until a signal arrives. Started by `serve` with address and port as arguments."""
    address, port = sys.argv[1:]
    # Streamlit's greeting would ask an external service for this machine's address; `serve` has printed where the app opens.
    options: dict[str, object] = {
        "server.address": address,
        "server.port": int(port),
        "logger.hideWelcomeMessage": True,
    }
    # It would print tracebacks itself, past our log, and wrap the words in them.
    options["logger.enableRich"] = False
    # The gate handles proxies (gate/proxies.py); uvicorn would trust every account of this machine as a proxy.
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    if settings().lab:
        print(names_sentence(), flush=True)
        options |= {"server.headless": True, "client.showErrorDetails": "none"}
        # A class opens its first pages all at once. Plotly inspects modules that another thread has half imported, so these are imported
        # in advance.
        for module in IMPORTED_FIRST:
            importlib.import_module(module)
    set_up_server_logs()
    try:
        services.check_store()
    except StoreError as error:
        print(f"mnistlab: {error}", file=sys.stderr)
        sys.exit(2)
    # What was said in a class that has ended meanwhile is not kept until somebody looks.
    Classrooms(settings().home).all()
    keep_trimming()
    keep_presses()
    drop_forged_states()
    keep_messages_cheap()
    keep_timers_cheap()
    take_plain_data()
    keep_frames_few()
    app.run(config=options)


app = App(
    str(ROOT / "app.py"),
    lifespan=with_our_logs,
    middleware=[
        make_gate(),
        Middleware(Scripts),
        Middleware(NoPage, scripts=PAGES),
        Middleware(FirstPage, style=STYLE, on_first=prepare_first_page),
    ],
    routes=[Route("/health", health), Route("/ready", ready), Route("/metrics", metrics)],
)
