"""The store as one visitor of a private lab sees it: with their own runs, those they wait for, and those that are everybody's."""

from pathlib import Path
from typing import Any

from mnistlab.errors import StoreError
from mnistlab.store.run_folder import RunFolder
from mnistlab.store.run_info import clean_name, clean_time
from mnistlab.store.runs import Store
from mnistlab.store.wishes import rename


class OwnRun(RunFolder):
    """A run as a visitor knows it who asked for the same as its owner: under their own name, since their own wish."""

    def __init__(self, path: Path, visitor: str) -> None:
        super().__init__(path)
        self._visitor = visitor

    def name(self) -> str:
        """Return what the visitor calls it."""
        name = self._wish().get("name")
        return (clean_name(name) if isinstance(name, str) else "") or self.id

    def created(self) -> float:
        """Return when the visitor asked for it, in seconds since the epoch."""
        return clean_time(self._wish().get("created"))

    def rename(self, name: str) -> None:
        """Let the visitor call it something else."""
        rename(self, self._visitor, name)

    def _wish(self) -> dict[str, Any]:
        return self.wishes().get(self._visitor, {})


class OwnRuns(Store):
    """All of a store that reads runs goes through here, so a page cannot forget to ask."""

    def __init__(self, home: Path, visitor: str) -> None:
        super().__init__(home)
        self._visitor = visitor

    def runs(self) -> list[RunFolder]:
        """Return the visitor's runs, newest first."""
        own = [self._as_known(run) for run in super().runs() if self._is_visible(run)]
        return sorted(own, key=lambda run: (-run.created(), run.id))

    def get(self, run_id: str) -> RunFolder:
        """Return a run by its id; another's is as if it did not exist.

        Raises:
            StoreError: there is none.
        """
        run = super().get(run_id)
        if not self._is_visible(run):
            raise StoreError(f"There is no run “{run_id[:40]}” here; it may have been deleted.")
        return self._as_known(run)

    def _as_known(self, run: RunFolder) -> RunFolder:
        return run if run.owner() in ("", self._visitor) else OwnRun(run.path, self._visitor)

    def _is_visible(self, run: RunFolder) -> bool:
        return run.owner() in ("", self._visitor) or self._visitor in run.joined()
