"""Visit a running server as thirty browsers would, and print how long they waited.

    python -m mnistlab serve --lab --port 8600        (in one terminal)
    python -m scripts.load --port 8600 --seconds 600  (in another)

Each session is a websocket that speaks Streamlit's protocol: it opens a page, moves a slider or a choice every few seconds, follows the
timers of live pages, and goes to another page now and then. A few sessions press Start on trainings of their own and one on an atlas,
and watch them. Bounded in time and count, and to this machine. The last line is JSON: 95th percentile and largest of interactions and ticks, sessions
lost, growth of the server's memory.
"""

import argparse
import asyncio
import json
import os
import random
import re
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

MOST_SESSIONS, MOST_SECONDS = 200, 1_800
HOST = "127.0.0.1"
PAGES = ["", *(page.stem for page in sorted((Path(__file__).parents[1] / "pages").glob("*.py")))]
TRAINING = "data=embedded&train_size=20000&epochs=60&batch_size=64&seed={seed}"
SMALL = "data=embedded&train_size=1000&epochs=1&seed={seed}"
# A visitor looks before they touch; pages are left after some touches.
LOOK_SECONDS = (2.0, 8.0)
TOUCHES_A_PAGE = 4
PATIENCE_SECONDS = 30.0
# How often a page looks for answers of the workers it was drawn without (ui/answers/asking.py).
ASKING_SECONDS = 0.3
# The longest interval at which a page looks after an open question (ui/answers/waiting.py).
LONGEST_WAITING_SECONDS = 0.45
TOO_LATE = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN


@dataclass
class Figures:
    """Seconds of every answer, and what went wrong."""

    openings: list[float] = field(default_factory=list)
    touches: list[float] = field(default_factory=list)
    ticks: list[float] = field(default_factory=list)
    # Until everything was there that the workers had to say, for interactions the visitor waited for.
    complete: list[float] = field(default_factory=list)
    kinds: dict[str, list[float]] = field(default_factory=dict)
    lost: int = 0
    complaints: list[str] = field(default_factory=list)


class Session:
    """One browser tab."""

    def __init__(self, port: int, chance: random.Random, figures: Figures) -> None:
        self._port, self._chance, self._figures = port, chance, figures
        self._page, self._query = "", ""
        self._widgets: dict[str, WidgetState] = {}
        self._choices: dict[str, object] = {}
        self._buttons: dict[str, str] = {}
        self._timers: dict[str, asyncio.Task] = {}
        self._turn = asyncio.Lock()
        self._began: float | None = None
        self._asking: set[str] = set()
        self._finished = asyncio.Event()
        # When a timer asked for a run that has not begun or not ended; and the fragments whose run has begun.
        self._ticking: dict[str, float] = {}
        self._drawn: list[str] = []

    async def live(self, end: float, job: str = "") -> None:
        """Visit until `end`. `job`: "training" or "atlas" for a session that starts one and watches it, "look" for an idle one."""
        cookie = await asyncio.to_thread(self._first_page)
        address = f"ws://{HOST}:{self._port}/_stcore/stream"
        origin = f"http://{HOST}:{self._port}"
        try:
            async with websockets.connect(
                address, subprotocols=["streamlit"], origin=origin, additional_headers={"Cookie": cookie}, max_size=None
            ) as self._socket:
                reader = asyncio.create_task(self._read())
                try:
                    await (self._work(end, job) if job else self._wander(end))
                finally:
                    reader.cancel()
                    self._stop_timers()
        except (OSError, websockets.WebSocketException, TimeoutError) as error:
            if time.monotonic() < end:
                self._figures.lost += 1
                self._figures.complaints.append(f"{type(error).__name__} on /{self._page}: {error}"[:200])

    def _first_page(self) -> str:
        request = urllib.request.Request(f"http://{HOST}:{self._port}/", headers={"Accept": "text/html"})
        with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:
            return "; ".join(value.split(";")[0] for value in answer.headers.get_all("set-cookie") or [])

    async def _work(self, end: float, job: str) -> None:
        seed = self._chance.randrange(10**6)
        if job == "training":
            await self._open("train", TRAINING.format(seed=seed))
            await self._press("Start")
        elif job == "atlas":
            await self._start_atlas(seed, end)
        else:
            await self._open("", "")
        while time.monotonic() < end:
            await asyncio.sleep(1)

    async def _start_atlas(self, seed: int, end: float) -> None:
        """Make an atlas of a network of one's own; those of the reference network come with it."""
        await self._open("train", SMALL.format(seed=seed))
        await self._press("Start")
        run = re.search(r"run=([a-z0-9-]+)", self._query)
        while run and time.monotonic() < end:
            await asyncio.sleep(3)
            await self._open("atlas", f"layer=Conv2D_3&model={run.group(1)}")
            if "Make this atlas" in self._buttons:
                await self._press("Make this atlas")
                return
        self._figures.complaints.append("No network was there to make an atlas of.")

    async def _wander(self, end: float) -> None:
        await asyncio.sleep(self._chance.uniform(0, 10))
        while time.monotonic() < end:
            await self._open(self._chance.choice(PAGES), "")
            for _ in range(self._chance.randint(1, TOUCHES_A_PAGE)):
                await asyncio.sleep(self._chance.uniform(*LOOK_SECONDS))
                if time.monotonic() > end:
                    break
                await self._touch()

    async def _open(self, page: str, query: str) -> None:
        self._stop_timers()
        self._page, self._query = page, query
        self._widgets.clear()
        self._choices.clear()
        self._buttons.clear()
        await self._ask(self._figures.openings, f"open /{page}")

    async def _touch(self) -> None:
        """Move a slider, or choose something else; where there is nothing, look at the page anew."""
        if self._choices:
            name = self._chance.choice(sorted(self._choices))
            element = self._choices[name]
            state = WidgetState(id=name)
            if hasattr(element, "step"):
                steps = int((element.max - element.min) / element.step) if element.step else 1
                value = element.min + element.step * self._chance.randint(0, max(1, min(steps, 40)))
                state.double_array_value.data.append(min(value, element.max))
            else:
                state.string_value = self._chance.choice(list(element.options))
            self._widgets[name] = state
        await self._ask(self._figures.touches, f"touch /{self._page}")

    async def _press(self, label: str) -> None:
        name = self._buttons.get(label)
        if name is None:
            self._figures.complaints.append(f"There is no button “{label}” on /{self._page}.")
            return
        await self._ask(self._figures.touches, f"press {label}", WidgetState(id=name, trigger_value=True))

    async def _ask(self, times: list[float], what: str, pressed: WidgetState | None = None) -> None:
        async with self._turn:
            message = self._message()
            if pressed is not None:
                message.rerun_script.widget_states.widgets.append(pressed)
            self._finished.clear()
            began = self._began = time.monotonic()
            await self._socket.send(message.SerializeToString())
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._finished.wait()
            self._note_time(times, what, began)

    def _message(self) -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = self._query, self._page
        state.widget_states.widgets.extend(self._widgets.values())
        return message

    def _note_time(self, times: list[float], what: str, began: float) -> None:
        times.append(time.monotonic() - began)
        self._figures.kinds.setdefault(what, []).append(times[-1])

    async def _read(self) -> None:
        async for content in self._socket:
            message = ForwardMsg.FromString(content)
            kind = message.WhichOneof("type")
            if kind == "delta":
                self._note(message.delta)
            elif kind == "new_session":
                self._drawn = list(message.metadata.run.fragment_ids)
                if not self._drawn:
                    self._begin_run()
            elif kind == "auto_rerun":
                self._start_timer(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            elif kind == "stop_auto_rerun":
                for fragment in message.stop_auto_rerun.fragment_ids:
                    self._stop_timer(fragment)
            elif kind == "page_info_changed":
                self._query = message.page_info_changed.query_string
            elif kind == "script_finished" and self._drawn:
                for fragment in self._drawn:
                    if began := self._ticking.pop(fragment, None):
                        self._note_time(self._figures.ticks, f"tick /{self._page}", began)
                self._drawn = []
            elif kind == "script_finished" and message.script_finished != TOO_LATE:
                self._finished.set()
                if self._began is not None and not self._asking:
                    self._figures.complete.append(time.monotonic() - self._began)
                    self._began = None

    def _begin_run(self) -> None:
        """A run of the whole page begins."""
        self._stop_timers()

    def _note(self, delta: object) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind in ("slider", "selectbox"):
            widget = getattr(element, kind)
            # (A slider over words has options too, and speaks otherwise.)
            if not widget.disabled and (kind == "slider") != bool(widget.options):
                self._choices[widget.id] = widget
        elif kind == "button":
            self._buttons[element.button.label] = element.button.id
        elif kind == "exception":
            self._figures.complaints.append(
                f"/{self._page}: {element.exception.type} {element.exception.message}"[:200]
            )

    def _start_timer(self, fragment: str, interval: float) -> None:
        self._stop_timer(fragment)
        if abs(interval - ASKING_SECONDS) < 0.01:
            self._asking.add(fragment)
        self._timers[fragment] = asyncio.create_task(self._tick(fragment, interval))

    async def _tick(self, fragment: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            message = self._message()
            message.rerun_script.fragment_id, message.rerun_script.is_auto_rerun = fragment, True
            # A browser does not wait for its timers. Those of an open question make a run only if there is news (ui/mends/timers.py), so they have no times.
            if interval > LONGEST_WAITING_SECONDS:
                self._ticking.setdefault(fragment, time.monotonic())
            await self._socket.send(message.SerializeToString())

    def _stop_timer(self, fragment: str) -> None:
        self._asking.discard(fragment)
        self._ticking.pop(fragment, None)
        if timer := self._timers.pop(fragment, None):
            timer.cancel()

    def _stop_timers(self) -> None:
        for fragment in list(self._timers):
            self._stop_timer(fragment)


async def idle(port: int, chance: random.Random, figures: Figures, end: float) -> None:
    """Open the first page and only look."""
    await asyncio.sleep(chance.uniform(0, 20))
    # How long they wait is not what a visitor feels who works.
    own = Figures()
    await Session(port, chance, own).live(end, "look")
    figures.lost += own.lost
    figures.complaints += own.complaints


def server_memory(port: int) -> float:
    """Return the megabytes the server takes, as its metrics say."""
    with urllib.request.urlopen(f"http://{HOST}:{port}/metrics", timeout=PATIENCE_SECONDS) as answer:
        found = re.search(r"^process_resident_memory_bytes (\S+)", answer.read().decode(), re.MULTILINE)
    return float(found.group(1)) / 1e6 if found else 0.0


def percentile(values: list[float], share: float) -> float | None:
    """Return the value below which `share` of all lie, in milliseconds."""
    return round(1000 * sorted(values)[min(len(values) - 1, int(share * len(values)))]) if values else None


def summary(figures: Figures, memory: tuple[float, float], load: float) -> dict:
    """Return what is printed."""
    interactions = figures.openings + figures.touches
    return {
        "interactions": len(interactions),
        "within_1_s": round(sum(value <= 1 for value in interactions) / max(1, len(interactions)), 4),
        "interaction_p50_ms": percentile(interactions, 0.5),
        "interaction_p95_ms": percentile(interactions, 0.95),
        "interaction_max_ms": percentile(interactions, 1.0),
        "complete": len(figures.complete),
        "complete_within_1_s": round(sum(value <= 1 for value in figures.complete) / max(1, len(figures.complete)), 4),
        "complete_p95_ms": percentile(figures.complete, 0.95),
        "complete_max_ms": percentile(figures.complete, 1.0),
        "opening_p95_ms": percentile(figures.openings, 0.95),
        "touch_p95_ms": percentile(figures.touches, 0.95),
        "ticks": len(figures.ticks),
        "tick_p50_ms": percentile(figures.ticks, 0.5),
        "tick_p95_ms": percentile(figures.ticks, 0.95),
        "tick_max_ms": percentile(figures.ticks, 1.0),
        "sessions_lost": figures.lost,
        "memory_mb": [round(value) for value in memory],
        "growth_mb": round(memory[1] - memory[0]),
        "machine_load": round(load, 1),
        "kinds": {
            what: {
                "count": len(times),
                "p50": percentile(times, 0.5),
                "p95": percentile(times, 0.95),
                "max": percentile(times, 1),
            }
            for what, times in sorted(figures.kinds.items())
        },
        "complaints": figures.complaints[:8],
    }


async def visit(given: argparse.Namespace) -> dict:
    """Let all sessions live, and return the figures."""
    figures, chance = Figures(), random.Random(given.seed)
    end = time.monotonic() + given.seconds
    jobs = ["training"] * given.trainings + ["atlas"] * given.atlases
    jobs += [""] * max(0, given.sessions - len(jobs))
    visits = [Session(given.port, random.Random(chance.random()), figures).live(end, job) for job in jobs]
    visits += [idle(given.port, random.Random(chance.random()), figures, end) for _ in range(given.idle)]
    running = asyncio.gather(*visits)
    # Memory grows while every page is drawn for the first time; what counts is what it does afterwards.
    await asyncio.sleep(min(given.warm, given.seconds / 3))
    before = server_memory(given.port)
    await running
    return summary(figures, (before, server_memory(given.port)), os.getloadavg()[0])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--sessions", type=int, default=30)
    parser.add_argument("--idle", type=int, default=0, help="further sessions that only look")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--warm", type=float, default=60, help="seconds until memory is looked at first")
    parser.add_argument("--trainings", type=int, default=2)
    parser.add_argument("--atlases", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if given.sessions + given.idle > MOST_SESSIONS or given.seconds > MOST_SECONDS:
        parser.error(f"at most {MOST_SESSIONS} sessions and {MOST_SECONDS} seconds")
    print(json.dumps(asyncio.run(visit(given))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
