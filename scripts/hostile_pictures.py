"""Small files that unpack to a lot, and what they cost: `python -m scripts.hostile_pictures` sends eight at once to a server of its own.

It prints one JSON object: for each kind and page the peak of the server's memory in megabytes, the slowest answer of `/health` in seconds while
they were read, and how many pictures were refused. `--kinds` names some of them.
"""

import argparse
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

SIDE = 7_000
AT_ONCE = 8
SIGNATURE = b"\x89PNG\r\n\x1a\n"
# First column and row of each pass of an interlaced PNG, and the steps to the next.
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def chunk(name: bytes, data: bytes) -> bytes:
    """Return a PNG's chunk."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packed(lines: Iterator[bytes]) -> bytes:
    """Return lines compressed, without ever holding all of them."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(line) for line in lines) + packer.flush()


def png(side: int, depth: int, colour: int, bands: int, *, interlaced: bool = False, more: bytes = b"") -> bytes:
    """Return a square PNG with a dark left half and a bright right one.

    Arguments:
        side: pixels.
        depth: bits a value.
        colour: PNG's number of the kind of colour.
        bands: values a pixel.
        interlaced: in the seven passes of PNG.
        more: chunks before the pixels.
    """

    def line(columns: int) -> bytes:
        length = -(-columns * depth * bands // 8)
        return b"\0" + bytes(length // 2) + b"\xff" * (length - length // 2)

    def lines() -> Iterator[bytes]:
        for left, top, across, down in ADAM7 if interlaced else ((0, 0, 1, 1),):
            for _ in range(top, side, down):
                yield line(len(range(left, side, across)))

    header = struct.pack(">IIBBBBB", side, side, depth, colour, 0, 0, int(interlaced))
    return SIGNATURE + chunk(b"IHDR", header) + more + chunk(b"IDAT", packed(lines())) + chunk(b"IEND", b"")


def palette() -> bytes:
    """Return a PNG of two colours, one of which may be seen through."""
    colours = chunk(b"PLTE", bytes([0, 0, 0, 255, 255, 255])) + chunk(b"tRNS", b"\x80\xff")
    return png(SIDE, 1, 3, 1, more=colours)


def texts() -> bytes:
    """Return a small PNG with texts that unpack to 60 MB, four bytes a letter."""
    text = zlib.compress("\U0001f600".encode() * 250_000, 9)
    return png(40, 8, 2, 3, more=b"".join(chunk(b"iTXt", b"a%d\0\1\0\0\0" % place + text) for place in range(60)))


def animated() -> bytes:
    """Return an animated PNG of three large frames."""
    frame = packed(b"\0" + bytes(SIDE * 4) for _ in range(SIDE))
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 6, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"acTL", struct.pack(">II", 3, 0))]
    number = 0
    for place in range(3):
        parts.append(chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, SIDE, SIDE, 0, 0, 1, 10, 1, 1)))
        parts.append(chunk(b"fdAT", struct.pack(">I", number + 1) + frame) if place else chunk(b"IDAT", frame))
        number += 1 + (place > 0)
    return SIGNATURE + b"".join(parts) + chunk(b"IEND", b"")


def hidden() -> bytes:
    """Return a dream's PNG whose photo is a large one."""
    inside = png(SIDE, 8, 6, 4)
    text = b"mnistlab dream\0\0\0\0\0{}"
    return png(40, 8, 2, 3, more=chunk(b"mnPh", inside) + chunk(b"iTXt", text))


def saved(kind: str, side: int, **options: object) -> bytes:
    """Return a picture as Pillow writes it."""
    picture = Image.new("RGB", (side, side), "white")
    ImageDraw.Draw(picture).rectangle((side // 4, side // 4, side // 2, side // 2), "black")
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def layered() -> bytes:
    """Return a JPEG that repeats its last scan without end."""
    whole = saved("JPEG", 2_000, progressive=True)
    last = whole[whole.rindex(b"\xff\xda") : -2]
    return whole[:-2] + last * (9_000_000 // len(last)) + whole[-2:]


KINDS: dict[str, Callable[[], bytes]] = {
    "rgba": lambda: png(SIDE, 8, 6, 4),
    "rgba, 16 bits": lambda: png(SIDE, 16, 6, 4),
    "grey, 16 bits": lambda: png(SIDE, 16, 0, 1),
    "palette": palette,
    "interlaced": lambda: png(SIDE, 8, 6, 4, interlaced=True),
    "animated": animated,
    "texts": texts,
    "hidden": hidden,
    "webp, 49 megapixels": lambda: saved("WEBP", SIDE, lossless=True, quality=0, method=0),
    "webp, 12 megapixels": lambda: saved("WEBP", 3_500, lossless=True, quality=0, method=0),
    "jpeg": lambda: saved("JPEG", SIDE),
    "progressive": lambda: saved("JPEG", SIDE, progressive=True),
    "progressive, full colours": lambda: saved("JPEG", SIDE, progressive=True, subsampling=0),
    "layered": layered,
}

# Where pictures are brought, and what opens the place for them.
PLACES = {"dream": "dream", "activations": "activations?act.picker.hand=upload&act.digit.source=drawing"}
INPUT, IDLE = "input[type=file]", "[data-testid=stApp][data-test-script-state=notRunning]"
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


def bring(server: int, address: str, place: str, content: bytes) -> dict[str, float]:
    """Bring a picture in `AT_ONCE` tabs of a browser at the same time, and return what that cost."""
    # Needed here only: tests use what is above without a browser.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        tabs = [browser.new_context().new_page() for _ in range(AT_ONCE)]
        for tab in tabs:
            tab.set_default_timeout(1000 * MOST_SECONDS)
            tab.goto(f"{address}/{PLACES[place]}")
            tab.locator(IDLE).wait_for()
            if place == "dream":
                tab.get_by_text("Bring your own").click()
            tab.locator(INPUT).first.wait_for(state="attached")
        with Watch(server, address) as watch:
            began = time.monotonic()
            for tab in tabs:
                tab.locator(INPUT).first.set_input_files(
                    {"name": "picture.png", "mimeType": "image/png", "buffer": content}
                )
            time.sleep(2)
            for tab in tabs:
                tab.locator(IDLE).wait_for()
            seconds = time.monotonic() - began
        refused = sum(tab.get_by_test_id("stAlert").count() > 0 for tab in tabs)
        broken = sum(tab.get_by_test_id("stException").count() for tab in tabs)
        browser.close()
    return {
        "memory": round(watch.memory),
        "health": round(watch.health, 2),
        "seconds": round(seconds),
        "refused": refused,
        "broken": broken,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS), metavar="KIND")
    parser.add_argument("--places", nargs="*", choices=PLACES, default=list(PLACES), metavar="PLACE")
    parser.add_argument("--port", type=int, default=8_690)
    choices = parser.parse_args()
    address, found = f"http://127.0.0.1:{choices.port}", {}
    with tempfile.TemporaryDirectory() as home:
        server = subprocess.Popen(
            [sys.executable, "-m", "mnistlab", "serve", "--port", str(choices.port)],
            env={**os.environ, "MNISTLAB_HOME": home, "MNISTLAB_DOWNLOAD": "", "STREAMLIT_SERVER_HEADLESS": "true"},
            stdout=subprocess.DEVNULL,
        )
        try:
            _wait_until_ready(address)
            for kind in choices.kinds:
                for place in choices.places:
                    found[f"{kind}, {place}"] = bring(server.pid, address, place, KINDS[kind]())
                    print(json.dumps({f"{kind}, {place}": found[f"{kind}, {place}"]}), file=sys.stderr, flush=True)
        finally:
            server.terminate()
            server.wait(30)
    print(json.dumps(found))


def _wait_until_ready(address: str) -> None:
    end = time.monotonic() + MOST_SECONDS
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{address}/ready", timeout=10).close()
            return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError("the server is not ready")


if __name__ == "__main__":
    main()
