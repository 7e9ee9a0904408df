"""The connection to the workers: a scheduler of our own or the one in the settings, its workers, and their lanes."""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mnistlab.engine.local import LocalHost
from mnistlab.errors import EngineError
from mnistlab.logs import take_over
from mnistlab.settings import Settings

if TYPE_CHECKING:
    from distributed import Client, Future

Lane = Literal["short", "long"]
CONNECT_SECONDS = 5.0
# A hanging worker is killed after a few seconds, but its nanny may be slow to respond.
END_WORKER_SECONDS = 60.0


@dataclass(frozen=True)
class WorkerRow:
    """A worker, for the page Lab. `memory`: bytes; `busy_with`: keys of its current tasks."""

    name: str
    address: str
    lanes: tuple[str, ...]
    memory: int
    busy_with: tuple[str, ...]


class Connection:
    """A scheduler's client, and the host of our own workers if there is one; safe to use from many threads.

    Arguments:
        name: name of the client: the app's id.
        settings: address of the scheduler, and our certificates.
    """

    def __init__(self, name: str, settings: Settings) -> None:
        self._name, self._settings = name, settings
        self._client: Client | None = None
        self._host: LocalHost | None = None

    @property
    def is_open(self) -> bool:
        """Whether it has a client."""
        return self._client is not None

    def open(self) -> None:
        """Start our own scheduler and workers, unless the settings name a scheduler, and connect.

        Raises:
            EngineError: if there is none, or it does not answer.
        """
        # Half a second of imports, here in the engine's own thread, so that no page waits for it.
        from distributed import Client

        take_over()
        address = self._settings.scheduler
        if address is None:
            self._host = LocalHost()
            address = self._host.address
        problem = ""
        try:
            self._client = Client(
                address,
                timeout=CONNECT_SECONDS,
                set_as_default=False,
                name=self._name,
                security=security(self._settings) if self._host is None else self._host.certificate.security(),
            )
        except (OSError, TimeoutError, ValueError, TypeError) as error:
            # (Dask raises TypeError for tls:// without certificates.)
            problem = type(error).__name__
        if problem:
            # A client that never connected closes itself when it is collected. Left to chance, that may happen while the next one
            # is being made, which holds the lock it then waits for.
            gc.collect()
            raise EngineError(self._why_not(address, problem))

    def _why_not(self, address: str, problem: str) -> str:
        if self._settings.scheduler is None:
            return f"The workers could not be started ({problem})."
        sentence = (
            f"MNISTLAB_SCHEDULER names {address}, where no Dask scheduler answers. Start it, or unset the variable"
        )
        if not address.startswith("tls:"):
            return f"{sentence}."
        return f"{sentence}; one at tls:// needs MNISTLAB_TLS_CA, MNISTLAB_TLS_CERT and MNISTLAB_TLS_KEY."

    def close(self) -> None:
        """Close client and host; workers started here end."""
        client, host = self._client, self._host
        self._client = self._host = None
        if client is not None:
            with contextlib.suppress(Exception):
                client.close(timeout=1)
        if host is not None:
            host.close()

    def is_alive(self) -> bool:
        """Return whether our host runs and the scheduler answers, or a connection is being attempted."""
        if self._host is not None and not self._host.is_alive():
            return False
        return self._client is not None and self._client.status in ("running", "connecting")

    def is_staffed(self) -> bool:
        """Return whether questions can be asked: the short lane of our own host starts after its scheduler."""
        return self._host is None or any("short" in row.lanes for row in self.rows())

    def rows(self) -> list[WorkerRow]:
        """Return the current workers, those of the short lane first."""
        if self._client is None:
            return []
        try:
            processing = self._client.processing()
            known = self._client.scheduler_info(n_workers=-1)["workers"]
        except Exception:  # The scheduler may go away at any moment; the monitoring thread handles that.
            return []
        rows = [
            WorkerRow(
                str(worker["name"]),
                address,
                tuple(sorted(worker.get("resources", {}), reverse=True)),
                int(worker.get("metrics", {}).get("memory", 0)),
                tuple(str(key) for key in processing.get(address, ())),
            )
            for address, worker in known.items()
        ]
        return sorted(rows, key=lambda row: (row.lanes, row.name), reverse=True)

    def slots(self, ours: int) -> int:
        """Return how many runs can be at work: the workers of the long lane, or all if none declare lanes. `ours`: number at our own host."""
        if self._host is not None:
            return ours
        rows = self.rows()
        # If there is no worker yet, one run is sent anyway and waits at the scheduler.
        return len([row for row in rows if "long" in row.lanes] or rows) or 1

    def lane(self, lane: Lane) -> dict[str, int] | None:
        """Return the Dask resource of a lane; None on a cluster whose workers declare no lanes."""
        if self._host is not None:
            return {lane: 1}
        assert self._client is not None
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return {lane: 1} if any(lane in worker.get("resources", {}) for worker in workers) else None

    def submit(self, function: Callable[..., Any], *arguments: Any, **options: Any) -> Future:
        """Send a task, with Dask's options.

        Raises:
            EngineError: if the scheduler went away just now.
        """
        client = self._client
        if client is None:
            raise EngineError("The workers are still starting.")
        try:
            return client.submit(function, *arguments, **options)
        except Exception:  # The scheduler may go away at any moment; the monitoring thread handles that.
            raise EngineError("The workers were lost just now; they are started again.") from None

    def end_worker(self, address: str) -> None:
        """End a hanging worker, without waiting for it; its nanny restarts it."""
        client = self._client
        if client is None:
            return

        def end() -> None:
            # The scheduler may go away at any moment; the monitoring thread handles that.
            with contextlib.suppress(Exception):
                client.restart_workers([address], timeout=END_WORKER_SECONDS, raise_for_error=False)

        threading.Thread(target=end, name="end-worker", daemon=True).start()

    def end_worker_of(self, key: str) -> None:
        """End the worker of a task."""
        for row in self.rows():
            if key in row.busy_with:
                self.end_worker(row.address)


def security(settings: Settings) -> Any:
    """Return the security of connections to an external scheduler: Dask's `Security` with our certificates, or None without any."""
    if settings.tls_ca is None:
        return None
    from distributed import Security

    return Security(
        tls_ca_file=str(settings.tls_ca),
        tls_client_cert=None if settings.tls_cert is None else str(settings.tls_cert),
        tls_client_key=None if settings.tls_key is None else str(settings.tls_key),
        require_encryption=True,
    )
