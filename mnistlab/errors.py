"""All errors that a user can cause, as one small tree.

A message is one sentence: what was received, what was expected, what to do. It is shown unchanged on a page or as the
last line of a command, which then ends with status 2.

- `MnistlabError`
  - `RecipeError`: a recipe, link or setting that cannot be used
    - `NetworkError`: a network that cannot be built
  - `LessonError`: a lesson file that cannot be used
  - `DataError`: digits that cannot be read or fetched
  - `StoreError`: a run folder or disk that cannot be used
  - `EngineError`: workers that cannot be reached
    - `BusyError`: a job for which there is no room now
  - `RightsError`: something that belongs to another visitor
  - `DivergedError`: a training whose loss is no longer a number
  - `CancelledError`: an answer that a visitor cancelled
"""


class MnistlabError(Exception):
    """The base of all errors with a sentence for the user."""

    def __init__(self, sentence: str) -> None:
        # A message may quote untrusted text, whose line breaks and control characters would break the layout of page and terminal.
        super().__init__("".join(letter if letter.isprintable() else " " for letter in sentence))


class RecipeError(MnistlabError):
    """A recipe, link or setting that cannot be used."""


class NetworkError(RecipeError):
    """A network that cannot be built, or weights that do not belong to it."""


class LessonError(MnistlabError):
    """A lesson file that cannot be used."""


class DataError(MnistlabError):
    """Digits that cannot be read or fetched."""


class StoreError(MnistlabError):
    """A run folder or disk that cannot be used."""


class EngineError(MnistlabError):
    """Workers that cannot be started or reached."""


class CancelledError(MnistlabError):
    """An answer that a visitor cancelled before it was ready."""


class BusyError(EngineError):
    """A job for which there is no room now: too many wait, it is too long, or the disk is nearly full."""


class RightsError(MnistlabError):
    """Something that belongs to another visitor."""


class DivergedError(MnistlabError):
    """A training whose loss is no longer a number."""
