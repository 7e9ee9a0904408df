"""Store and engine -> the metrics of this server: for the page Lab, for readiness, and for Prometheus."""

import os
import shutil
import time
from dataclasses import dataclass
from threading import Lock

import psutil

from mnistlab.engine import Engine
from mnistlab.errors import StoreError
from mnistlab.store.files import make_folder, write_bytes
from mnistlab.store.run_life import StateName
from mnistlab.store.runs import Store
from mnistlab.ui.gate import connections

# Cached for so long, because checking every run takes milliseconds.
FIGURES_SECONDS = 2.0
# Cached for so long, so that frequent checks do not load the disk.
WRITTEN_SECONDS = 1.0
_kept: dict[str, tuple[float, list["Figure"]]] = {}
# Folder of a store -> time of the last write test, and its error.
_written: dict[str, tuple[float, str]] = {}
_lock = Lock()


@dataclass(frozen=True)
class Figure:
    """One metric. `labels`: Prometheus labels; `counts_up`: whether it is a counter."""

    name: str
    help: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()
    counts_up: bool = False


def figures(store: Store, engine: Engine) -> list[Figure]:
    """Return the current metrics."""
    with _lock:
        made, kept = _kept.get(engine.id, (0.0, []))
        if not kept or time.monotonic() - made > FIGURES_SECONDS:
            kept = _look(store, engine)
            _kept.clear()
            _kept[engine.id] = time.monotonic(), kept
        return kept


def lacking(store: Store, engine: Engine) -> list[str]:
    """Return the reasons why this server cannot serve a visitor; empty if it can."""
    reasons = []
    if engine.phase != "ready":
        reasons.append(engine.reason or "The workers are starting.")
    elif not engine.workers():
        reasons.append("No worker is there.")
    if problem := _write_problem(store):
        reasons.append(problem)
    return reasons


def as_text(metrics: list[Figure]) -> str:
    """Return metrics in the text format of Prometheus (prometheus.io, "Exposition formats", 0.0.4)."""
    lines, named = [], set[str]()
    # The lines of one metric have to be together.
    for figure in sorted(metrics, key=lambda figure: figure.name):
        if figure.name not in named:
            named.add(figure.name)
            lines += [
                f"# HELP {figure.name} {figure.help}",
                f"# TYPE {figure.name} {'counter' if figure.counts_up else 'gauge'}",
            ]
        labels = ",".join(f'{name}="{value}"' for name, value in figure.labels)
        lines.append(f"{figure.name}{{{labels}}} {figure.value:g}" if labels else f"{figure.name} {figure.value:g}")
    return "\n".join(lines) + "\n"


def _write_problem(store: Store) -> str:
    """Return why the store is not writable, or ""; at most a second old."""
    with _lock:
        at, problem = _written.get(str(store.home), (-WRITTEN_SECONDS, ""))
        if time.monotonic() - at > WRITTEN_SECONDS:
            problem = ""
            try:
                make_folder(store.home)
                write_bytes(store.home / ".ready", b"")
            except StoreError as error:
                problem = str(error)
            _written.clear()
            _written[str(store.home)] = time.monotonic(), problem
        return problem


def _look(store: Store, engine: Engine) -> list[Figure]:
    states = store.states()
    names: tuple[StateName, ...] = (
        "queued",
        "running",
        "paused",
        "finished",
        "failed",
        "cancelled",
        "interrupted",
        "damaged",
    )
    result = [Figure("mnistlab_runs", "Runs in the store.", states[name], (("state", name),)) for name in names]
    workers = engine.workers()
    for lane in ("short", "long"):
        at = [row for row in workers if lane in row.lanes]
        result.append(Figure("mnistlab_workers", "Workers.", len(at), (("lane", lane),)))
        result.append(
            Figure("mnistlab_worker_memory_bytes", "Their memory.", sum(row.memory for row in at), (("lane", lane),))
        )
    result += [
        Figure("mnistlab_ready", "Whether the workers are ready.", float(engine.phase == "ready")),
        Figure("mnistlab_sessions", "Browser tabs that are connected.", connections.count),
        Figure("mnistlab_questions_total", "Short questions asked of workers.", engine.questions, counts_up=True),
        Figure("mnistlab_turns_total", "Runs handed to workers.", engine.turns, counts_up=True),
        Figure("process_resident_memory_bytes", "Memory of the server.", psutil.Process().memory_info().rss),
        Figure("process_cpu_seconds_total", "Processor time of the server.", sum(os.times()[:2]), counts_up=True),
    ]
    try:
        result.append(
            Figure("mnistlab_disk_free_bytes", "Free on the store's disk.", shutil.disk_usage(store.home).free)
        )
    except OSError:
        # No answers have been kept yet.
        pass
    return result
