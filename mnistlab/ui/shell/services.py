"""Services that all visitors of this app share: store, engine, download. Each is created once per process, by the first visitor."""

import logging
from functools import cache
from threading import Lock, Thread

from mnistlab.data.download import Download
from mnistlab.data.sources import download_target, find_source
from mnistlab.engine import Engine
from mnistlab.errors import DataError
from mnistlab.recipes.data_sets import MNIST, DataName, data_set
from mnistlab.set_files.given import take_up_given
from mnistlab.settings import settings
from mnistlab.store import sets
from mnistlab.store.format import begin_store
from mnistlab.store.imports import about_import
from mnistlab.store.own_runs import OwnRuns
from mnistlab.store.runs import Store
from mnistlab.ui.shell.visitors import visitor

# Without it, `cache` would let two first visitors start two engines.
_making = Lock()
log = logging.getLogger("mnistlab.services")


@cache
def _store() -> Store:
    made = Store(settings().home)
    if not made.keep_private():
        log.warning(
            "Other accounts of this machine may enter the store; MNISTLAB_HOME names a folder only its owner should enter"
        )
    return made


@cache
def _engine() -> Engine:
    return Engine(_store(), settings())


@cache
def _download() -> Download:
    fetch = Download()
    try:
        missing = find_source(MNIST) is None
    except DataError:
        missing = False
    if missing and settings().download:
        fetch.start(download_target(), settings())
    return fetch


@cache
def _given() -> Thread | None:
    if settings().data is None:
        return None
    thread = Thread(target=take_up_given, name="given-sets", daemon=True)
    thread.start()
    return thread


def begin_given() -> None:
    """Begin to take up the sets that MNISTLAB_DATA names; only the first call does."""
    with _making:
        _given()


def whole_store() -> Store:
    """Return the store with the runs of all visitors; for limits and for administrators."""
    with _making:
        return _store()


def store() -> Store:
    """Return the store as the visitor of this page sees it."""
    if settings().lab and settings().private and not (me := visitor()).may_all:
        return OwnRuns(settings().home, me.id)
    return whole_store()


def about_network(name: str) -> tuple[str, str]:
    """Return the name and the owner of an imported network for the visitor of this page."""
    me = visitor()
    title, owner = about_import(settings().home, name, me.id)
    hidden = settings().private and not me.may_all and owner not in ("", me.id)
    return name if hidden else title, owner


def about_set(name: DataName) -> tuple[str, str]:
    """Return the name and the owner of a set that was brought, for the visitor of this page."""
    me = visitor()
    title, owner = sets.about_set(name, me.id)
    return title if may_see_set(name) else data_set(name).title, owner


def may_see_set(name: DataName) -> bool:
    """Return whether the visitor of this page may know that somebody brought a set."""
    me = visitor()
    return not settings().private or me.may_all or sets.about_set(name, me.id)[1] in ("", me.id)


def check_store() -> None:
    """Check that this mnistlab can use the store.

    Raises:
        StoreError: if a newer one has written it.
    """
    begin_store(settings().home)


def engine() -> Engine:
    """Return the engine; the first call starts it, without waiting for its workers."""
    with _making:
        return _engine()


def download() -> Download:
    """Return the download of MNIST; the first call starts it if MNIST is not on this machine."""
    with _making:
        return _download()
