"""Fill stores with finished trainings, and measure what the callers of the store cost: in processor time, without a browser.

    python -m scripts.measure_store --runs 100 1000 10000
    python -m scripts.measure_store --runs 100 10000 --pages lab train

The trainings are written as files, by this script: each has its recipe, curves, kept epochs (empty) and key, and every fiftieth has failed. The first
line of a store is what it costs a process that has never seen it. Prints a line a caller, with a column a store, and at the end a line of JSON.
"""

import argparse
import json
import os
import secrets
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mnistlab import __version__
from mnistlab.engine.admission import admit
from mnistlab.engine.adoption import adopt
from mnistlab.engine.outlooks import behind_others
from mnistlab.recipes import TrainingRecipe
from mnistlab.settings import Settings, settings
from mnistlab.store.names import next_name
from mnistlab.store.runs import Store
from mnistlab.store.sharing import Wish, equal_run

ROOT = Path(__file__).parents[1]
# Each call is made so often after the first; the median counts.
TIMES = 9
FAILED_EVERY = 50
# Nothing listens there: pages have to live without workers.
NOWHERE = "tcp://127.0.0.1:9"
Costs = dict[str, float]


def make_run(runs: Path, number: int) -> None:
    """Write the folder of a training that has ended."""
    path = runs / f"training-{secrets.token_hex(4)}"
    (path / "epochs").mkdir(parents=True)
    (path / "model").mkdir()
    recipe = TrainingRecipe.read({"data": "embedded", "seed": number})
    made = 1.7e9 + number
    failed = number % FAILED_EVERY == 0
    state = {"name": "failed" if failed else "finished", "reason": "It was too hard." if failed else "", "since": made}
    about = {
        "name": f"Training {number}",
        "created": made,
        "owner": "",
        "key": Wish(recipe, None).key,
        "version": __version__,
    }
    files: dict[str, Any] = {"run.json": about, "state.json": state, "control.json": {"request": "resume"}}
    files["summary.json"] = {"val_accuracy": 0.97, "epochs": 2, "complete": True}
    for name, content in files.items():
        (path / name).write_text(json.dumps(content))
    (path / "recipe.json").write_text(recipe.to_json())
    (path / "events.jsonl").write_text(json.dumps({"time": made, "stage": "training", "done": 1, "total": 1}) + "\n")
    for epoch in range(3):
        (path / "epochs" / f"{epoch:04d}.safetensors").touch()
    (path / "model" / "network.json").write_text("{}")


def seconds(call: Callable[[], object], times: int = TIMES) -> float:
    """Return the median processor time of a call, in seconds."""
    taken = []
    for _ in range(times):
        begun = time.process_time()
        call()
        taken.append(time.process_time() - begun)
    return statistics.median(taken)


def costs_of(home: Path, pages: list[str]) -> Costs:
    """Return the cost of each caller in seconds of processor time."""
    store = Store(home)
    costs = {"first listing of a process": seconds(store.runs, 1), "all runs": seconds(store.runs)}
    wish = Wish.of(TrainingRecipe.read({"data": "embedded", "seed": 2**31 - 1}), store)
    some = store.runs()[0]
    costs |= {
        "equal run": seconds(lambda: equal_run(wish, store)),
        "next name": seconds(lambda: next_name("", store)),
        "adoption": seconds(lambda: adopt(store, "app-none")),
        "place behind others": seconds(lambda: behind_others(some, store)),
    }
    taken = []
    for seed in range(TIMES):
        recipe = TrainingRecipe.read({"data": "embedded", "seed": 2**30 + seed})
        # As visitors come: not in the moment in which the folders were changed.
        time.sleep(0.1)
        begun = time.process_time()
        run = admit(recipe, "", "", store, Settings(home=home), lambda run: run.set_state("cancelled")).run
        taken.append(time.process_time() - begun)
        shutil.rmtree(run.path)
    costs["admission"] = statistics.median(taken)
    return costs | {f"page {page}": _page(home, page) for page in pages}


def _page(home: Path, page: str) -> float:
    from streamlit.testing.v1 import AppTest

    from mnistlab.ui.shell import services

    os.environ |= {"MNISTLAB_HOME": str(home), "MNISTLAB_SCHEDULER": NOWHERE, "MNISTLAB_DOWNLOAD": ""}
    for cached in (settings, services._store, services._engine, services._download):
        cached.cache_clear()
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=600).run()
    test.switch_page(f"pages/{page}.py").run()
    try:
        return seconds(test.run)
    finally:
        services.engine().close()


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--pages", nargs="*", default=[], help="pages to draw, too: lab, train, atlas")
    arguments = parser.parse_args()
    tables: dict[int, Costs] = {}
    with tempfile.TemporaryDirectory(prefix="mnistlab-store-") as folder:
        for count in arguments.runs:
            home = Path(folder) / str(count)
            for number in range(1, count + 1):
                make_run(home / "runs", number)
            tables[count] = costs_of(home, arguments.pages)
    print(f"{'ms of processor time':28}" + "".join(f"{count:>12,}" for count in tables))
    for caller in next(iter(tables.values())):
        print(f"{caller:28}" + "".join(f"{1000 * costs[caller]:12.1f}" for costs in tables.values()))
    print(json.dumps({str(count): costs for count, costs in tables.items()}))


if __name__ == "__main__":
    main()
