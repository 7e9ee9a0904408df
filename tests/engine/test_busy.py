"""Beside processes that burn the processors, twenty of them in the soak: slow, but right. No worker is ended for being slow."""

import time

import pytest
from support.engines import RECIPE, SECONDS, ready_engine, submit, wait_for_state
from support.recipes import small_training
from support.waiting import wait_for

from mnistlab.recipes.training import with_best_engine
from mnistlab.store.runs import Store
from scripts.busy import busy

# What a visitor takes for "at once" when everything else is slow.
AT_ONCE = 20.0


@pytest.mark.timeout(3 * SECONDS)
@pytest.mark.parametrize(
    ("processes", "apart"),
    [
        pytest.param(4, False, marks=pytest.mark.soak),
        pytest.param(20, False, marks=pytest.mark.soak),
        pytest.param(20, True, marks=pytest.mark.soak),
    ],
)
def test_a_training_runs_to_its_end_and_another_is_cancelled_at_once(home, processes, apart, caplog):
    with busy(processes, 3 * SECONDS, apart), ready_engine(Store(home)) as engine:
        first, waiting, last = (
            submit(engine, with_best_engine(recipe)) for recipe in (small_training(), RECIPE, RECIPE)
        )
        engine.cancel(waiting)
        assert waiting.state().name == "cancelled"
        wait_for(lambda: len(engine.workers()) == 2, SECONDS, "both workers")
        workers = {row.address for row in engine.workers()}
        wait_for_state(first, "finished")
        assert first.summary()["epochs"] == 2
        assert (first.state().attempts, first.state().losses) == (1, ())
        wait_for(lambda: last.state().name == "running", SECONDS, "the last to begin")
        began = time.monotonic()
        engine.cancel(last)
        wait_for_state(last, "cancelled")
        assert time.monotonic() - began < AT_ONCE
        assert {row.address for row in engine.workers()} == workers
        assert "no sign of life" not in caplog.text
