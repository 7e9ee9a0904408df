"""Published sets fetched and kept; on a page in a thread of its own, so that it need not wait."""

import shutil
import tempfile
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass

from mnistlab.data.published import PUBLISHED, PublishedSet, fetch_published
from mnistlab.data.published_archive import ARCHIVES, PublishedArchive, fetch_archive, files_of
from mnistlab.errors import DataError, MnistlabError
from mnistlab.recipes.data_sets import DataName
from mnistlab.refusals import refused
from mnistlab.set_files.bring import Brought, bring
from mnistlab.set_files.contents import Wishes
from mnistlab.settings import settings
from mnistlab.store.files import make_folder

MEGABYTE = 1_000_000
# All that can be fetched, by the name it is asked for by.
FETCHED: dict[str, PublishedSet | PublishedArchive] = {**PUBLISHED, **ARCHIVES}


@dataclass(frozen=True)
class Fetched:
    """How far a fetching is. `said`: in words; `brought`: the sets that are kept by now."""

    said: str
    brought: tuple[Brought, ...] = ()


def fetch_sets(name: str, owner: str, patience: float) -> Generator[Fetched, None, None]:
    """Fetch what is published under a name and keep its sets, saying how far it is.

    Arguments:
        name: in `FETCHED`.
        owner: id of the visitor; "" for everybody.
        patience: seconds without an answer after which it is given up.

    Raises:
        MnistlabError: there is no answer, something else than what is wanted, or no room for it.
    """
    if name in ARCHIVES:
        yield from _sets_of_archive(ARCHIVES[name], owner, patience)
        return
    wanted, files = PUBLISHED[name], []
    for file in fetch_published(wanted, patience):
        files.append(file)
        yield Fetched(f"{len(files)} of {len(wanted.files)} files")
    yield Fetched("all", (bring(files, wanted.title, owner, Wishes(wanted.classes)),))


def _sets_of_archive(wanted: PublishedArchive, owner: str, patience: float) -> Iterator[Fetched]:
    folder = settings().home / "data"
    make_folder(folder)
    free, needed = shutil.disk_usage(folder).free, wanted.size + settings().disk_reserve * MEGABYTE
    if free < needed:
        sentence = f"{wanted.title} needs {needed / MEGABYTE:,.0f} MB of the disk while it is fetched; {free / MEGABYTE:,.0f} MB are left."
        raise refused(DataError(sentence), owner)
    brought: list[Brought] = []
    # It has no name, so that nothing is left of it however this ends.
    with tempfile.TemporaryFile(dir=folder) as archive:
        for done in fetch_archive(wanted, patience, archive):
            yield Fetched(f"{done / MEGABYTE:,.0f} of {wanted.megabytes:,} MB")
        for part in wanted.sets:
            yield Fetched(f"{part.title} is being read", tuple(brought))
            # Its pictures lie on their side, as its publishers' program for Matlab wrote them.
            brought.append(bring(files_of(archive, part), part.title, owner, Wishes(part.classes, transpose=True)))
    yield Fetched("all", tuple(brought))


class Fetching:
    """The fetching of one name.

    Attributes:
        name: in `FETCHED`.
        state: "idle", "running", "done" or "failed".
        said: how far it is, in words.
        reason: why it failed, one sentence.
        sets: those that are here.
    """

    def __init__(self, name: str) -> None:
        self.name, self.state, self.said, self.reason = name, "idle", "", ""
        self.sets: tuple[DataName, ...] = ()
        self._lock = threading.Lock()
        self._cancelled = threading.Event()

    def start(self, owner: str, patience: float) -> None:
        """Start, unless it is running; `patience`: seconds without an answer after which it is given up."""
        with self._lock:
            if self.state == "running":
                return
            self.state, self.said, self.reason = "running", "", ""
            self._cancelled.clear()
        threading.Thread(target=self._run, args=(owner, patience), name=f"fetch-{self.name}", daemon=True).start()

    def cancel(self) -> None:
        """End it at its next step; what is kept by then stays."""
        self._cancelled.set()

    def _run(self, owner: str, patience: float) -> None:
        steps = fetch_sets(self.name, owner, patience)
        try:
            for step in steps:
                self.said, self.sets = step.said, tuple(brought.data for brought in step.brought)
                if self._cancelled.is_set() and step.said != "all":
                    self.reason = f"{FETCHED[self.name].title} was not fetched to its end."
                    self.state = "idle"
                    return
            self.state = "done"
        except MnistlabError as error:
            self.reason = str(error)
            self.state = "failed"
        finally:
            steps.close()
