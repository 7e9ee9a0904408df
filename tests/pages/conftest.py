"""Pages in this process, on an empty store, with no worker to ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support.isolation import home as home

from mnistlab.settings import settings
from mnistlab.store.runs import Store
from mnistlab.ui.shell import services

ROOT = Path(__file__).parents[2]
# Nothing listens on the discard port: the engine fails at once, and pages have to live with that.
NOWHERE = "tcp://127.0.0.1:9"


@pytest.fixture
def store(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("MNISTLAB_SCHEDULER", NOWHERE)
    caches = (settings, services._store, services._engine, services._download)
    for cached in caches:
        cached.cache_clear()
    yield services.store()
    services.engine().close()
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
def visit(store: Store):
    """Open a page with query parameters; the script must end without an exception."""

    def visit(page: str, **parameters: str) -> AppTest:
        test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for name, value in parameters.items():
            test.query_params[name] = value
        test.run()
        if page != "app.py":
            test.switch_page(page)
            for name, value in parameters.items():
                test.query_params[name] = value
            test.run()
        assert not test.exception
        return test

    return visit
