"""A check of the installation, its files and its workers: digits are read, and a worker is started and asked."""

import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from mnistlab.brought_sets import notes
from mnistlab.commands import Printed
from mnistlab.commands.surroundings import surroundings
from mnistlab.data.sources import first_digits, source_in_use
from mnistlab.errors import DataError, EngineError, MnistlabError
from mnistlab.recipes.data_sets import Split, is_brought
from mnistlab.set_files.given import take_up_given
from mnistlab.settings import settings
from mnistlab.store.files import make_folder
from mnistlab.store.format import check_format
from mnistlab.store.models import reference_network

PACKAGES = ("streamlit", "tensorflow", "keras", "distributed", "numpy", "pydantic", "plotly")
SPLITS: tuple[Split, ...] = ("train", "test")
FEW = 100
# Importing TensorFlow takes minutes where twenty others are busy, and a slow machine is no broken one.
WORKER_SECONDS = 300.0
# Of what another library says of its error.
LONGEST = 300


def doctor() -> Printed:
    """Print a line per check and return all results; `ok`: whether the app can run."""
    given = dict(os.environ)
    checks = {**CHECKS, "surroundings": lambda: surroundings(given)}
    findings = {name: _try(check) for name, check in checks.items()}
    for name, (good, text) in findings.items():
        print(f"{'ok ' if good else 'BAD'}  {name}: {text}")
    return {"ok": all(good for good, _ in findings.values()), **{name: text for name, (_, text) in findings.items()}}


def _try(check: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, check()
    except (MnistlabError, OSError, PackageNotFoundError) as error:
        return False, str(error)
    except Exception as error:  # Whatever a worker met comes back as it was; this is who names it.
        return False, " ".join(f"{type(error).__name__}: {error}".split())[:LONGEST]


def _python() -> str:
    return f"{platform.python_version()} on {platform.system()}, {os.cpu_count()} processors"


def _packages() -> str:
    return ", ".join(f"{name} {version(name)}" for name in PACKAGES)


def _digits() -> str:
    complaints = take_up_given()
    source, complaint = source_in_use()
    if complaint or complaints:
        raise DataError(" ".join([complaint, *complaints]).strip())
    for split in SPLITS:
        first_digits(source.name, split, FEW)
    odd = notes(source.name) if is_brought(source.name) else []
    return " ".join([source.title, *(f"({sentence})" for sentence in odd)])


def _reference() -> str:
    return f"{reference_network().parameters:,} parameters"


def _store() -> str:
    home = settings().home
    check_format(home)
    make_folder(home)
    with tempfile.TemporaryFile(dir=home) as file:
        file.write(b"mnistlab")
    return f"{home} can be written, {shutil.disk_usage(home).free / 1e9:.1f} GB free"


def _workers() -> str:
    from mnistlab.engine.connection import Connection
    from mnistlab.engine.tasks.digits import read_digits

    # Not the engine, which would take up the runs of an app that has ended.
    connection, clock = Connection("doctor", settings()), time.monotonic()
    asked = first_digits("embedded", "test", FEW)
    try:
        connection.open()
        if settings().scheduler is not None and not connection.rows():
            raise EngineError(f"The scheduler at {settings().scheduler} has no worker; start one.")
        lane = connection.lane("short")
        answer = connection.submit(read_digits, str(settings().home), "reference", asked.images, resources=lane)
        outputs = answer.result(WORKER_SECONDS)
    except TimeoutError:
        raise EngineError(f"No worker answered within {WORKER_SECONDS:g} seconds.") from None
    finally:
        connection.close()
    right = int((outputs.argmax(axis=1) == asked.labels).sum())
    if 2 * right < FEW:
        raise EngineError(
            f"A worker read {right} of {FEW} digits right; the libraries it computes with are not as they should be."
        )
    whose = "one was started here" if settings().scheduler is None else f"one at {settings().scheduler} answered"
    return f"{whose} and read {right} of {FEW} digits right, after {time.monotonic() - clock:.0f} s"


CHECKS: dict[str, Callable[[], str]] = {
    "python": _python,
    "packages": _packages,
    "digits": _digits,
    "reference network": _reference,
    "store": _store,
    "workers": _workers,
}
