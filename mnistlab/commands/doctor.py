"""A check of the installation, its files and its workers."""

import os
import platform
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from mnistlab.commands import Printed
from mnistlab.data.sources import source_in_use
from mnistlab.errors import DataError, MnistlabError
from mnistlab.settings import settings
from mnistlab.store.files import make_folder
from mnistlab.store.format import check_format
from mnistlab.store.models import reference_network

PACKAGES = ("streamlit", "tensorflow", "keras", "distributed", "numpy", "pydantic", "plotly")
SCHEDULER_SECONDS = 3.0


def doctor() -> Printed:
    """Print a line per check and return all results; `ok`: whether the app can run."""
    findings = {name: _try(check) for name, check in CHECKS.items()}
    for name, (good, text) in findings.items():
        print(f"{'ok ' if good else 'BAD'}  {name}: {text}")
    return {"ok": all(good for good, _ in findings.values()), **{name: text for name, (_, text) in findings.items()}}


def _try(check: Callable[[], str]) -> tuple[bool, str]:
    try:
        return True, check()
    except (MnistlabError, OSError, PackageNotFoundError) as error:
        return False, str(error)


def _python() -> str:
    return f"{platform.python_version()} on {platform.system()}, {os.cpu_count()} processors"


def _packages() -> str:
    return ", ".join(f"{name} {version(name)}" for name in PACKAGES)


def _digits() -> str:
    source, complaint = source_in_use()
    if complaint:
        raise DataError(complaint)
    return source.title


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
    address = settings().scheduler
    if address is None:
        return "the app starts its own"
    from distributed import Client

    from mnistlab.engine.connection import security

    try:
        with Client(address, timeout=SCHEDULER_SECONDS, set_as_default=False, security=security(settings())) as client:
            return f"{len(client.scheduler_info(n_workers=-1)['workers'])} at {address}"
    except (OSError, TimeoutError, ValueError, TypeError):
        raise MnistlabError(f"MNISTLAB_SCHEDULER names {address}, where no Dask scheduler answers.") from None


CHECKS: dict[str, Callable[[], str]] = {
    "python": _python,
    "packages": _packages,
    "digits": _digits,
    "reference network": _reference,
    "store": _store,
    "workers": _workers,
}
