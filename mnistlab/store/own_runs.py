"""The store as one visitor of a private lab sees it: with their own runs, those they wait for, and those that are everybody's."""

from pathlib import Path

from mnistlab.errors import StoreError
from mnistlab.store.runs import RunFolder, Store


class OwnRuns(Store):
    """All of a store that reads runs goes through here, so a page cannot forget to ask."""

    def __init__(self, home: Path, visitor: str) -> None:
        super().__init__(home)
        self._visitor = visitor

    def runs(self) -> list[RunFolder]:
        """Return the visitor's runs, newest first."""
        return [run for run in super().runs() if self._is_visible(run)]

    def get(self, run_id: str) -> RunFolder:
        """Return a run by its id; another's is as if it did not exist.

        Raises:
            StoreError: there is none.
        """
        run = super().get(run_id)
        if not self._is_visible(run):
            raise StoreError(f"There is no run “{run_id[:40]}” here; it may have been deleted.")
        return run

    def _is_visible(self, run: RunFolder) -> bool:
        return run.owner() in ("", self._visitor) or self._visitor in run.joined()
