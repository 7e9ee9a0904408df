"""The engine with real Dask workers; this process stands for the web process and never imports TensorFlow."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.engines import RECIPE, ready_engine
from support.isolation import ban, home, set_apart

from mnistlab.engine import Engine
from mnistlab.store.networks import read_network
from mnistlab.store.runs import Store

__all__ = ["home"]

ban("tensorflow", "keras", "streamlit")


@pytest.fixture(scope="session")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="session")
def shared_engine(shared_home: Path) -> Iterator[Engine]:
    """One engine for all tests that leave it as they found it."""
    with pytest.MonkeyPatch.context() as patch:
        set_apart(patch, shared_home)
        with ready_engine(Store(shared_home)) as engine:
            yield engine


@pytest.fixture
def engine(shared_engine: Engine) -> Iterator[Engine]:
    """The shared engine; whatever a test leaves at work there is cancelled."""
    yield shared_engine
    for run in shared_engine.store.runs():
        if run.state().is_active:
            shared_engine.cancel(run)


@pytest.fixture
def store(engine: Engine) -> Store:
    return engine.store


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """The weights of RECIPE from the command line, which has neither Dask nor anyone who disturbs it."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "recipe.json").write_text(RECIPE.to_json())
    command = [sys.executable, "-m", "mnistlab", "run", str(folder / "recipe.json"), "--out", str(folder / "out")]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(shown.stdout.splitlines()[-1])["complete"] is True
    return read_network(folder / "out" / "model").weights
