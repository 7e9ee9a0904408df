"""Questions to workers: a page draws what it has, and runs again when an answer arrives.

Short answers are cached for all visitors (`shared.py`). Long ones are kept in the store.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.engine.tasks.digits import Factors, read_layers
from mnistlab.errors import CancelledError, EngineError, MnistlabError, StoreError
from mnistlab.results.arrays import ArrayResult
from mnistlab.store.answers import Answers, Arrays, answer_key
from mnistlab.ui.answers import answer_times
from mnistlab.ui.answers.shared import Layers, keep, known
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.mends.timers import run_again_if
from mnistlab.ui.shell import services

log = logging.getLogger("mnistlab.ui")
Answer = TypeVar("Answer")
Kept = TypeVar("Kept", bound=ArrayResult)
POLL_SECONDS = 0.3
# Keys of the questions in this run of the page's script; and of those that were lost with their worker.
WANTED, LOST = "asking.wanted", "asking.lost"
READING, GIVEN_UP = "The network is reading …", "This was cancelled."
UNFORESEEN = "Something unforeseen ended this; the server's log says what. Change something, or load the page again."


@dataclass(frozen=True)
class Unanswered:
    """The lack of an answer.

    Attributes:
        key: key of the question.
        sentence: the reason, for a visitor.
    """

    key: str
    sentence: str


@dataclass(frozen=True)
class Question:
    """An open question.

    Attributes:
        future: future of the answer.
        task: name of the task.
        asked: time of the question, in seconds of `time.monotonic`.
        noted: key in the store under which it reports progress; "" for a question that does not run aside.
    """

    future: Any
    task: str
    asked: float
    noted: str

    @property
    def waited(self) -> float:
        """Seconds since the question was asked."""
        return time.monotonic() - self.asked


def layer_outputs(
    model: str, digest: str, images: Iterable[NDArray[np.uint8]], factors: Factors = ()
) -> list[Layers] | Unanswered:
    """Return the output of every layer for each image (28, 28) uint8, without its batch axis."""
    images = list(images)
    keys = [hashlib.sha256(f"{digest}{list(factors)}".encode() + image.tobytes()).hexdigest() for image in images]
    # Looked up once, because another visitor's answers may remove them from the cache at any moment.
    have = {key: known(key) for key in keys}
    missing = {key: image for key, image in zip(keys, images, strict=True) if have[key] is None}
    for key, image in missing.items():
        why_not = _ask(key, "", read_layers, model, image[None], tuple(factors))
        if why_not:
            return why_not
    end = time.monotonic() + _patience(*missing)
    for key in missing:
        answer = _take(key, max(0.0, end - time.monotonic()))
        if isinstance(answer, Unanswered):
            return answer
        have[key] = {name: values[0] for name, values in answer.items()}
        keep(key, have[key])
    return [have[key] for key in keys]


def answer(
    key: str, task: Callable[..., Answer], *arguments: Any, patience: float | None = None, aside: bool = False
) -> Answer | Unanswered:
    """Return a worker's answer to a short question.

    Arguments:
        key: must contain everything the answer depends on, because answers are shared by all visitors. Do not change them.
        task: a task of `engine.tasks`.
        *arguments: its arguments after the store's folder.
        patience: seconds to wait for the answer; by default so long as such answers lately take.
        aside: whether it takes a second or more, so that the worker answers shorter questions meanwhile.
    """
    have: Answer | None = known(key)
    if have is not None:
        return have
    why_not = _ask(key, answer_key("aside", key) if aside else "", task, *arguments)
    if why_not:
        return why_not
    result: Answer | Unanswered = _take(key, _patience(key) if patience is None else patience)
    if not isinstance(result, Unanswered):
        keep(key, result)
    return result


def kept(key: str, kind: type[Kept], task: Callable[..., str], *arguments: Any) -> Kept | Unanswered:
    """Return the result kept in the store under `key`; if there is none, ask a worker to make it."""
    answers = Answers(services.store().home)
    arrays = answers.read(key)
    if arrays is not None:
        _open().pop(key, None)
        return _as(kind, key, arrays)
    why_not = _ask(key, key, task, *arguments) or _take(key, 0.0)
    arrays = answers.read(key)
    if arrays is not None:
        return _as(kind, key, arrays)
    # (The worker kept its answer, and it was deleted since; the next run of the page asks again.)
    return why_not if isinstance(why_not, Unanswered) else _lost(key)


def _as(kind: type[Kept], key: str, arrays: Arrays) -> Kept | Unanswered:
    """Convert arrays of the store to a result; if they are damaged, return an `Unanswered`."""
    try:
        return kind.of(arrays)
    except StoreError as error:
        return Unanswered(key, str(error))


def waited_for(key: str) -> float | None:
    """Return how many seconds the question has waited for its answer; None if it is not open."""
    question = open_question(key)
    return None if question is None else question.waited


def open_question(key: str) -> Question | None:
    """Return the question if it is open."""
    return _open().get(key)


def progress_of(key: str) -> tuple[str, float] | None:
    """Return the current stage of an open question that runs aside, and the share that is done."""
    question = _open().get(key)
    return Answers(services.store().home).progress(question.noted) if question and question.noted else None


def was_given_up(key: str) -> bool:
    """Return whether the visitor cancelled the question."""
    return _failures().get(key) == GIVEN_UP


def has_failed(key: str) -> bool:
    """Return whether the question was answered with an error; it is not asked again."""
    return key in _failures()


def give_up(key: str) -> None:
    """Stop waiting for an answer, and cancel its work; for callbacks."""
    question = _open().pop(key, None)
    _failures()[key] = GIVEN_UP
    if question is not None:
        if question.noted:
            Answers(services.store().home).cancel(question.noted)
        question.future.cancel()


def ask_again(key: str) -> None:
    """Forget that the question failed or was cancelled; for callbacks."""
    _failures().pop(key, None)


def wait_for_answers() -> None:
    """Run the page again as soon as one of its questions is answered. The last call of a page that asks questions."""
    wanted: set[str] = st.session_state.pop(WANTED, set())
    for key in set(_open()) - wanted:
        # The visitor has moved on, so nobody needs the answer.
        del _open()[key]
    questions, lost = _open(), _those_lost()

    def has_news() -> bool:
        return bool(lost) or any(question.future.done() for question in list(questions.values()))

    if questions or lost:

        @st.fragment(run_every=POLL_SECONDS)
        def tick() -> None:
            run_again_if(has_news)
            if has_news():
                lost.clear()
                rerun_page()

        tick()


def _ask(key: str, noted: str, task: Callable[..., Any], *arguments: Any) -> Unanswered | None:
    """Ask a question unless it is open; return the reason if that is impossible. `noted`: as in `Question`."""
    st.session_state.setdefault(WANTED, set()).add(key)
    if key in _open():
        return None
    if key in _failures():
        return Unanswered(key, _failures()[key])
    try:
        engine = services.engine()
        future = engine.ask(task, *arguments, aside=noted)
        _open()[key] = Question(future, task.__name__, time.monotonic(), noted)
    except EngineError as error:
        return Unanswered(key, str(error))
    return None


def _patience(*keys: str) -> float:
    """Return how many seconds to wait for the answers to open questions."""
    return answer_times.patience(_open()[key].task for key in keys if key in _open())


def _took(question: Question) -> None:
    """Record how long a question has taken, or at least takes."""
    answer_times.took(question.task, question.waited, answered=question.future.done())


def _take(key: str, patience: float) -> Any:
    """Return the answer to an open question, waiting at most `patience` seconds, or an `Unanswered`."""
    question = _open()[key]
    future = question.future
    if future.cancelled():
        return _lost(key)
    try:
        if patience <= 0 and not future.done():
            return Unanswered(key, READING)
        answer = future.result(timeout=patience or None)
    except TimeoutError:
        _took(question)
        return Unanswered(key, READING)
    except CancelledError:
        # Another visitor cancelled it, and this one did not.
        return _lost(key)
    except Exception as error:
        del _open()[key]
        if not isinstance(error, MnistlabError):
            # A bug, or Dask's message about a lost worker, which a visitor could not understand.
            log.error("A question (%s) ended with %s", question.task, type(error).__name__, exc_info=error)
        why_not = f"{error}" if isinstance(error, MnistlabError) else UNFORESEEN
        _failures()[key] = why_not
        return Unanswered(key, why_not)
    del _open()[key]
    _took(question)
    return answer


def _lost(key: str) -> Unanswered:
    """Forget a question whose answer was lost; the next run of the page asks it again."""
    _open().pop(key, None)
    _those_lost().append(key)
    return Unanswered(key, READING)


def _open() -> dict[str, Question]:
    """Return the open questions of this session."""
    waiting: dict[str, Question] = st.session_state.setdefault("asking.open", {})
    return waiting


def _those_lost() -> list[str]:
    """Return the keys of this session's questions that were lost and are to be asked again."""
    lost: list[str] = st.session_state.setdefault(LOST, [])
    return lost


def _failures() -> dict[str, str]:
    """Return the reasons why questions of this session failed; they are not asked again."""
    failures: dict[str, str] = st.session_state.setdefault("asking.failures", {})
    return failures
