"""What small files that unpack to a lot cost a server of its own, eight at once: `python -m scripts.measure_pictures`.

It prints one JSON object: for each kind and page the peak of the server's memory in megabytes, the slowest answer of `/health` in seconds while
they were read, and how many pictures were refused. `--kinds` and `--places` name some of them.
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from scripts.hostile_pictures import KINDS

AT_ONCE = 8
# Where pictures are brought, and the link that opens the place for them.
PLACES = {"dream": ("dream", ""), "activations": ("activations", "act.picker.hand=upload&act.digit.source=drawing")}
HOST = "127.0.0.1"
TICK_SECONDS, MOST_SECONDS = 0.05, 240


class Watch:
    """The largest memory of a process, in megabytes, and the slowest answer of its `/health`, in seconds, while it is watched."""

    def __init__(self, process: int, address: str) -> None:
        self.memory, self.health = 0.0, 0.0
        self._process, self._address, self._ended = process, address, threading.Event()
        self._threads = [threading.Thread(target=self._weigh), threading.Thread(target=self._ask)]

    def __enter__(self) -> "Watch":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _weigh(self) -> None:
        while not self._ended.wait(TICK_SECONDS):
            pages = int(Path(f"/proc/{self._process}/statm").read_text().split()[1])
            self.memory = max(self.memory, pages * os.sysconf("SC_PAGE_SIZE") / 1e6)

    def _ask(self) -> None:
        while not self._ended.wait(5 * TICK_SECONDS):
            began = time.monotonic()
            with urllib.request.urlopen(f"{self._address}/health", timeout=60) as answer:
                answer.read()
            self.health = max(self.health, time.monotonic() - began)


class Tab:
    """A visitor's page, as far as bringing a file goes: Streamlit's own protocol without a browser, whose memory and time are no matter here."""

    def __init__(self, port: int, place: str) -> None:
        self._port, (self._page, self._query) = port, PLACES[place]
        self._session = self._widget = self._cookie = ""
        self.sentences: list[str] = []
        self.broken = 0

    async def __aenter__(self) -> "Tab":
        cookies = []
        # The first says who this is, the second lets them upload.
        for path in ("", "_stcore/health"):
            request = urllib.request.Request(f"http://{HOST}:{self._port}/{path}", headers={"Accept": "text/html"})
            with await asyncio.to_thread(urllib.request.urlopen, request, timeout=MOST_SECONDS) as answer:
                cookies += [value.split(";")[0] for value in answer.headers.get_all("set-cookie") or []]
        self._cookie = "; ".join(cookies)
        self._socket = await websockets.connect(
            f"ws://{HOST}:{self._port}/_stcore/stream",
            subprotocols=["streamlit"],
            origin=f"http://{HOST}:{self._port}",
            additional_headers={"Cookie": self._cookie},
            max_size=None,
            ping_timeout=None,
        )
        await self._run()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def bring(self, content: bytes) -> None:
        """Upload a picture, and let the page take it."""
        name, edge = uuid.uuid4().hex, uuid.uuid4().hex
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="picture.png"\r\nContent-Type: image/png\r\n\r\n'
        token = re.search(r"_streamlit_xsrf=([^;]+)", self._cookie)
        request = urllib.request.Request(
            f"http://{HOST}:{self._port}/_stcore/upload_file/{self._session}/{name}",
            data=head.encode() + content + f"\r\n--{edge}--\r\n".encode(),
            headers={
                "Content-Type": f"multipart/form-data; boundary={edge}",
                "Cookie": self._cookie,
                "X-Xsrftoken": token.group(1) if token else "",
            },
            method="PUT",
        )
        (await asyncio.to_thread(urllib.request.urlopen, request, timeout=MOST_SECONDS)).close()
        state = WidgetState(id=self._widget)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.file_id, info.name, info.size = name, "picture.png", len(content)
        await self._run(state)

    async def _run(self, *states: WidgetState) -> None:
        message = BackMsg()
        message.rerun_script.query_string, message.rerun_script.page_name = self._query, self._page
        message.rerun_script.widget_states.widgets.extend(states)
        await self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(await asyncio.wait_for(self._socket.recv(), MOST_SECONDS))
            kind = answer.WhichOneof("type")
            if kind == "new_session":
                self._session = answer.new_session.initialize.session_id or self._session
            elif kind == "page_info_changed":
                self._query = answer.page_info_changed.query_string
            elif kind == "delta":
                self._note(answer.delta.new_element)
            elif kind == "script_finished" and answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return

    def _note(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind == "file_uploader":
            self._widget = element.file_uploader.id
        elif kind == "alert":
            self.sentences.append(element.alert.body)
        self.broken += kind == "exception"


async def bring(server: int, port: int, place: str, content: bytes) -> dict[str, float]:
    """Bring a picture in `AT_ONCE` tabs at the same time, and return what that cost."""
    async with contextlib.AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(Tab(port, place)) for _ in range(AT_ONCE)]
        before = [len(tab.sentences) for tab in tabs]
        began = time.monotonic()
        with Watch(server, f"http://{HOST}:{port}") as watch:
            await asyncio.gather(*(tab.bring(content) for tab in tabs))
        return {
            "memory": round(watch.memory),
            "health": round(watch.health, 2),
            "seconds": round(time.monotonic() - began),
            "refused": sum(len(tab.sentences) > known for tab, known in zip(tabs, before, strict=True)),
            "broken": sum(tab.broken for tab in tabs),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS), metavar="KIND")
    parser.add_argument("--places", nargs="*", choices=PLACES, default=list(PLACES), metavar="PLACE")
    parser.add_argument("--port", type=int, default=8_690)
    choices = parser.parse_args()
    address, found = f"http://{HOST}:{choices.port}", {}
    with tempfile.TemporaryDirectory() as home:
        server = subprocess.Popen(
            [sys.executable, "-m", "mnistlab", "serve", "--port", str(choices.port)],
            env={**os.environ, "MNISTLAB_HOME": home, "MNISTLAB_DOWNLOAD": "", "STREAMLIT_SERVER_HEADLESS": "true"},
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_until_there(address)
            for kind in choices.kinds:
                for place in choices.places:
                    found[f"{kind}, {place}"] = asyncio.run(bring(server.pid, choices.port, place, KINDS[kind]()))
                    print(json.dumps({f"{kind}, {place}": found[f"{kind}, {place}"]}), file=sys.stderr, flush=True)
        finally:
            server.terminate()
            server.wait(30)
    print(json.dumps(found))


def _wait_until_there(address: str) -> None:
    end = time.monotonic() + MOST_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=10).close()
            return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError("the server is not ready")


if __name__ == "__main__":
    main()
