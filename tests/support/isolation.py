"""Fixtures that keep a test from the user's data, the network and other tests' settings."""

import importlib.abc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mnistlab.data import sources
from mnistlab.settings import PREFIX, settings

# Read before any test changes it: the file with the real MNIST, where this machine has one.
REAL_MNIST = os.environ.get("MNISTLAB_DATA")


def set_apart(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Point every setting away from the user's: a home and a Keras cache of its own, nothing fetched, no real MNIST."""
    for name in list(os.environ):
        if name.startswith(PREFIX):
            patch.delenv(name)
    patch.setenv("MNISTLAB_HOME", str(home))
    patch.setenv("MNISTLAB_DOWNLOAD", "")
    patch.setenv("KERAS_HOME", str(home.parent / "keras"))
    settings.cache_clear()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give each test a home, a Keras cache and settings of its own; nothing is ever fetched."""
    set_apart(monkeypatch, tmp_path / "home")
    yield tmp_path / "home"
    settings.cache_clear()
    sources._read.cache_clear()


@pytest.fixture
def real_mnist(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the settings at the real MNIST; skip where this machine has none."""
    if not REAL_MNIST:
        pytest.skip("needs the real MNIST: MNISTLAB_DATA names no file")
    monkeypatch.setenv("MNISTLAB_DATA", REAL_MNIST)
    settings.cache_clear()
    return Path(REAL_MNIST)


class _Ban(importlib.abc.MetaPathFinder):
    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def find_spec(self, name: str, path: object, target: object = None) -> None:
        if name.partition(".")[0] in self._names:
            raise AssertionError(f"{name} must not be imported in this process")


def ban(*names: str) -> None:
    """Make every import of these packages in this process fail, wherever it comes from."""
    assert not set(names) & set(sys.modules)
    sys.meta_path.insert(0, _Ban(names))
