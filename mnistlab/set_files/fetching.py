"""A published set fetched and kept in a thread of its own, so that no page waits for it."""

import threading

from mnistlab.data.published import PUBLISHED, fetch_published
from mnistlab.errors import MnistlabError
from mnistlab.recipes.data_sets import DataName
from mnistlab.set_files.bring import bring
from mnistlab.set_files.contents import Wishes


class Fetching:
    """The fetching of one published set.

    Attributes:
        name: of the set, in `PUBLISHED`.
        state: "idle", "running", "done" or "failed".
        done: files so far.
        reason: why it failed, one sentence.
        data: the set, once it is here.
    """

    def __init__(self, name: str) -> None:
        self.name, self.state, self.done, self.reason = name, "idle", 0, ""
        self.data: DataName | None = None
        self._lock = threading.Lock()

    def start(self, owner: str, patience: float) -> None:
        """Start, unless it is running; `patience`: seconds without an answer after which it is given up."""
        with self._lock:
            if self.state == "running":
                return
            self.state, self.done, self.reason = "running", 0, ""
        threading.Thread(target=self._run, args=(owner, patience), name=f"fetch-{self.name}", daemon=True).start()

    def _run(self, owner: str, patience: float) -> None:
        wanted, files = PUBLISHED[self.name], []
        try:
            for file in fetch_published(wanted, patience):
                files.append(file)
                self.done += 1
            self.data = bring(files, wanted.title, owner, Wishes(wanted.classes)).data
            self.state = "done"
        except MnistlabError as error:
            self.reason = str(error)
            self.state = "failed"
