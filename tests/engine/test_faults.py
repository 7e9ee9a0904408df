"""A short storm of faults, as scripts/inject_faults.py makes a long one: no run lost, none stuck, no wrong result."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A small dose of shorter runs in `make test`; the soak gives the full one.
DOSES = [(3, 1000), pytest.param(205, 3000, marks=pytest.mark.soak)]


@pytest.mark.timeout(7200)
@pytest.mark.parametrize(("faults", "train_size"), DOSES)
def test_faults_cost_no_run(faults, train_size):
    options = {"faults": faults, "train-size": train_size, "seed": 3, "pause": 0.6}
    chosen = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "scripts.inject_faults", *chosen]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    figures = json.loads(shown.stdout.splitlines()[-1])
    assert sum(figures["faults"].values()) == faults
    assert (figures["not_finished"], figures["wrong"]) == ({}, [])
    assert figures["finished"] + figures["cancelled"] == figures["runs"] > 0
    # Each thing that happened is one sentence.
    assert all(reason.endswith(".") for reason in figures["reasons"])
    assert shown.returncode == 0
