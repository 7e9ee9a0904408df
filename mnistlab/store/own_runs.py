"""The store as seen by one visitor of a private lab: their own runs, those they wait for, and those of everybody."""

from pathlib import Path
from typing import Any

from mnistlab.errors import StoreError
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_info import clean_time, name_in
from mnistlab.store.runs import Store
from mnistlab.store.wishes import rename


class OwnRun(RunFolder):
    """A run as seen by a visitor who asked for the same as its owner: with their own name and time of request."""

    def __init__(self, path: Path, visitor: str) -> None:
        super().__init__(path)
        self._visitor = visitor

    def name(self) -> str:
        """Return the visitor's name for the run."""
        return name_in(self._wish(), self.id)

    def created(self) -> float:
        """Return the time of the visitor's request, in seconds since the epoch."""
        return clean_time(self._wish().get("created"))

    def rename(self, name: str) -> None:
        """Change the visitor's name for the run."""
        rename(self, self._visitor, name)

    def _wish(self) -> dict[str, Any]:
        return self.wishes().get(self._visitor, {})


class OwnRuns(Store):
    """A `Store` that shows only one visitor's runs. All reading of runs goes through it, so a page cannot forget the check."""

    def __init__(self, home: Path, visitor: str) -> None:
        super().__init__(home)
        self._eyes = self._visitor = visitor

    def get(self, run_id: str) -> RunFolder:
        """Return a run by its id; another visitor's is treated as if it did not exist.

        Raises:
            StoreError: if there is none.
        """
        run = super().get(run_id)
        if not self._is_visible(run):
            raise StoreError(f"There is no run “{run_id[:40]}” here; it may have been deleted.")
        return self._as_known(run)

    def _as_known(self, run: RunFolder) -> RunFolder:
        return run if run.owner() in ("", self._visitor) else OwnRun(run.path, self._visitor)

    def _is_visible(self, run: RunFolder) -> bool:
        return run.owner() in ("", self._visitor) or self._visitor in run.joined()
