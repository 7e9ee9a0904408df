"""A thread beside a run at work that gives signs of life and obeys a Cancel while the work itself is in the middle of a step.

It gives signs of life only for steps that cannot do so themselves (TensorFlow's import, the compilation before the first batch), and not for
ever; any other step must report progress itself.
"""

import contextlib
import threading
import time
from types import TracebackType
from typing import Any, Self

from mnistlab.errors import StoreError
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_life import StateName

# Intervals at which it checks for a Cancel and gives a sign of life, in seconds.
LOOK_SECONDS = 0.25
BEAT_SECONDS = 1.0
# On a crowded machine an import has taken minutes. A longer step hangs.
LONGEST_SILENT_STEP = 900.0


class Attendant:
    """Attends to a run inside a `with` block; all states of the run are written through it, so that a Cancel is final.

    Attributes:
        is_cancelled: whether it has cancelled the run.
    """

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self.is_cancelled = False
        self._vouches_until = time.monotonic() + LONGEST_SILENT_STEP
        self._writing = threading.Lock()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._attend, name="attendant", daemon=True)

    def __enter__(self) -> Self:
        self._run.set_preparing(True)
        self._run.beat()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._run.set_preparing(False)

    def stop_vouching(self) -> None:
        """Stop giving signs of life, because the first step is done and the work gives them itself."""
        if self._vouches_until:
            self._vouches_until = 0.0
            self._run.beat()
            self._run.set_preparing(False)

    def set_state(self, name: StateName, reason: str = "", **changes: Any) -> None:
        """Write a state of the run unless it was cancelled.

        Raises:
            StoreError: if it cannot be written.
        """
        with self._writing:
            if not self.is_cancelled:
                self._run.set_state(name, reason, **changes)

    def forgive_losses(self) -> None:
        """Reset the count of the run's lost workers, because it has got further than they did."""
        with self._writing:
            if not self.is_cancelled:
                self._run.forgive_losses()

    def fail(self, reason: str) -> None:
        """Write the state "failed" unless it was cancelled.

        Raises:
            StoreError: if it cannot be written.
        """
        with self._writing:
            if not self.is_cancelled:
                self._run.fail(reason)

    def _attend(self) -> None:
        beat = time.monotonic()
        while not self._over.wait(LOOK_SECONDS):
            if not self.is_cancelled and self._run.requested() == "cancel":
                self._cancel()
            if beat + BEAT_SECONDS <= time.monotonic() < self._vouches_until:
                beat = time.monotonic()
                self._run.beat()

    def _cancel(self) -> None:
        with self._writing:
            # The run may have ended at this very moment.
            if self._run.state().is_active:
                # If nothing can be written (the disk is full), it is tried again.
                with contextlib.suppress(StoreError):
                    self._run.set_state("cancelled")
                    self.is_cancelled = True
