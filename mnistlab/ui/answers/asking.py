"""Questions of pages that show what they have and fill in the rest: the page goes on, and runs again when an answer comes.

Short answers are shared by all visitors (`shared.py`). Long ones are kept in the store.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.engine.tasks.digits import Factors, see_digits
from mnistlab.errors import CancelledError, EngineError, MnistlabError, StoreError
from mnistlab.results.arrays import ArrayResult
from mnistlab.store.answers import Answers, Arrays, answer_key
from mnistlab.ui.answers.shared import Layers, keep, known
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.shell import services

log = logging.getLogger("mnistlab.ui")
Answer = TypeVar("Answer")
Kept = TypeVar("Kept", bound=ArrayResult)
POLL_SECONDS = 0.3
# A page waits so long for a short answer before it is drawn without it: the network takes 10 to 50 ms when nobody else asks.
PATIENCE_SECONDS = 0.6
# And so long where such questions have lately taken more than its patience: to be drawn late and without is worst of all.
HURRY_SECONDS = 0.2
# What has taken longer was no matter of load.
LONGEST_SECONDS = 5.0
# Questions the page asked in this run of its script; and whether one was lost with its worker.
WANTED, LOST = "asking.wanted", "asking.lost"
READING, GIVEN_UP = "The network is reading …", "This was cancelled."
UNFORESEEN = "Something unforeseen ended this; the server's log says what. Change something, or load the page again."


@dataclass(frozen=True)
class Unanswered:
    """Stands for an answer that is not there.

    Attributes:
        key: of the question.
        sentence: why not, for a visitor.
    """

    key: str
    sentence: str


@dataclass(frozen=True)
class Question:
    """What was asked.

    Attributes:
        future: the answer to come.
        task: the task's name.
        asked: when, in seconds of `time.monotonic`.
        noted: the key of the store under which it tells how far it is; "" for one that does not step aside.
    """

    future: Any
    task: str
    asked: float
    noted: str


# Seconds that the latest question to each task has taken, all visitors together.
_lately: dict[str, float] = {}
_lock = Lock()


def see(
    model: str, digest: str, images: Iterable[NDArray[np.uint8]], factors: Factors = ()
) -> list[Layers] | Unanswered:
    """Return what every layer makes of each image (28, 28) uint8, without its batch axis."""
    images = list(images)
    keys = [hashlib.sha256(f"{digest}{list(factors)}".encode() + image.tobytes()).hexdigest() for image in images]
    # Looked up once: another visitor's answers may drive them out at any moment.
    have = {key: known(key) for key in keys}
    missing = {key: image for key, image in zip(keys, images, strict=True) if have[key] is None}
    for key, image in missing.items():
        why_not = _ask(key, "", see_digits, model, image[None], tuple(factors))
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
    """Return what a worker answers to a short question.

    Arguments:
        key: names all that the answer depends on; answers are shared by all visitors. Do not change them.
        task: of `engine.tasks`.
        *arguments: of the task, behind the store's folder.
        patience: seconds to wait for it.
        aside: whether it takes a second or more, and lets the worker answer shorter ones meanwhile.
    """
    have: Answer | None = known(key)
    if have is not None:
        return have
    why_not = _ask(key, answer_key("aside", key) if aside else "", task, *arguments)
    if why_not:
        return why_not
    found: Answer | Unanswered = _take(key, _patience(key) if patience is None else patience)
    if not isinstance(found, Unanswered):
        keep(key, found)
    return found


def kept(key: str, kind: type[Kept], task: Callable[..., str], *arguments: Any) -> Kept | Unanswered:
    """Return the result of a kind that is kept in the store under `key`; if there is none, ask a worker to see to it."""
    answers = Answers(services.store().home)
    arrays = answers.read(key)
    if arrays is not None:
        _open().pop(key, None)
        return _as(kind, key, arrays)
    why_not = _ask(key, key, task, *arguments) or _take(key, 0.0)
    arrays = answers.read(key)
    if arrays is not None:
        return _as(kind, key, arrays)
    # (The worker has kept its answer, and somebody has thrown it away since: asked again by the next run of the page.)
    return why_not if isinstance(why_not, Unanswered) else _lost(key)


def _as(kind: type[Kept], key: str, arrays: Arrays) -> Kept | Unanswered:
    """Return arrays of the store as a result; damaged ones are told in one sentence."""
    try:
        return kind.of(arrays)
    except StoreError as error:
        return Unanswered(key, str(error))


def waited_for(key: str) -> float | None:
    """Return for how many seconds the question has waited for its answer; None where it does not wait."""
    question = _open().get(key)
    return None if question is None else time.monotonic() - question.asked


def progress_of(key: str) -> tuple[str, float] | None:
    """Return what is being done for an open question that steps aside, and which share of it is done."""
    question = _open().get(key)
    return Answers(services.store().home).progress(question.noted) if question and question.noted else None


def was_given_up(key: str) -> bool:
    """Return whether the visitor cancelled the question."""
    return _failures().get(key) == GIVEN_UP


def has_failed(key: str) -> bool:
    """Return whether the question was answered with an error; it is not asked again."""
    return key in _failures()


def give_up(key: str) -> None:
    """Wait no longer for an answer, and let its worker stop; for callbacks."""
    question = _open().pop(key, None)
    _failures()[key] = GIVEN_UP
    if question is not None:
        if question.noted:
            Answers(services.store().home).cancel(question.noted)
        question.future.cancel()


def ask_again(key: str) -> None:
    """Forget that the question failed or was given up; for callbacks."""
    _failures().pop(key, None)


def wait_for_answers() -> None:
    """Run the page again as soon as one of its questions is answered; the last thing a page that asks does."""
    wanted: set[str] = st.session_state.pop(WANTED, set())
    for key in set(_open()) - wanted:
        # Nobody looks at its answer any more: the visitor has gone on.
        del _open()[key]
    if _open() or st.session_state.get(LOST):

        @st.fragment(run_every=POLL_SECONDS)
        def tick() -> None:
            if st.session_state.pop(LOST, False) or any(question.future.done() for question in _open().values()):
                rerun_page()

        tick()


def _ask(key: str, noted: str, task: Callable[..., Any], *arguments: Any) -> Unanswered | None:
    """Ask unless it has been asked; return why not, or nothing. `noted`: as in `Question`."""
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
    expected = max((_lately.get(_open()[key].task, 0.0) for key in keys if key in _open()), default=0.0)
    return PATIENCE_SECONDS if expected < PATIENCE_SECONDS else min(HURRY_SECONDS, PATIENCE_SECONDS)


def _took(question: Question) -> None:
    """Note how long a question has taken, or takes at least."""
    seconds = time.monotonic() - question.asked
    with _lock:
        if not question.future.done():
            _lately[question.task] = max(_lately.get(question.task, 0.0), seconds)
        elif seconds < LONGEST_SECONDS:
            _lately[question.task] = seconds
        else:
            # A worker was starting, or somebody was away and looks at an old answer: that says nothing about the next.
            _lately.pop(question.task, None)


def _take(key: str, patience: float) -> Any:
    """Return the answer to an open question, or an `Unanswered`; wait for it at most `patience` seconds."""
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
        # Another visitor gave it up, and this one did not.
        return _lost(key)
    except Exception as error:
        del _open()[key]
        if not isinstance(error, MnistlabError):
            # A fault of ours, or Dask's words for a worker that is gone: nothing a visitor could read.
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
    st.session_state[LOST] = True
    return Unanswered(key, READING)


def _open() -> dict[str, Question]:
    """Return the questions of this session that wait for an answer."""
    waiting: dict[str, Question] = st.session_state.setdefault("asking.open", {})
    return waiting


def _failures() -> dict[str, str]:
    """Return why questions of this session failed; they are not asked again."""
    failures: dict[str, str] = st.session_state.setdefault("asking.failures", {})
    return failures
