"""Questions to workers: a page draws what it has, and runs again when an answer arrives.

Short answers are cached for all visitors (`shared.py`). Long ones are kept in the store.
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from mnistlab.engine.tasks.digits import Factors, read_layers
from mnistlab.errors import CancelledError, EngineError, MnistlabError, StoreError
from mnistlab.results.arrays import ArrayResult
from mnistlab.store.answers import Answers, Arrays, answer_key
from mnistlab.ui.answers import answer_times
from mnistlab.ui.answers.open_questions import READING, Question, Unanswered, failures, lose, open_questions, those_lost
from mnistlab.ui.answers.shared import Layers, keep, known
from mnistlab.ui.mends.reruns import rerun_page
from mnistlab.ui.mends.timers import run_again_if
from mnistlab.ui.shell import services

log = logging.getLogger("mnistlab.ui")
Answer = TypeVar("Answer")
Kept = TypeVar("Kept", bound=ArrayResult)
POLL_SECONDS = 0.3
# Session key: keys of the questions in this run of the page's script.
WANTED = "asking.wanted"
UNFORESEEN = "Something unforeseen ended this; the server's log says what. Change something, or load the page again."


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
        open_questions().pop(key, None)
        return _as(kind, key, arrays)
    why_not = _ask(key, key, task, *arguments) or _take(key, 0.0)
    arrays = answers.read(key)
    if arrays is not None:
        return _as(kind, key, arrays)
    # (The worker kept its answer, and it was deleted since; the next run of the page asks again.)
    return why_not if isinstance(why_not, Unanswered) else lose(key)


def _as(kind: type[Kept], key: str, arrays: Arrays) -> Kept | Unanswered:
    """Convert arrays of the store to a result; if they are damaged, return an `Unanswered`."""
    try:
        return kind.of(arrays)
    except StoreError as error:
        return Unanswered(key, str(error))


def wait_for_answers() -> None:
    """Run the page again as soon as one of its questions is answered. The last call of a page that asks questions."""
    wanted: set[str] = st.session_state.pop(WANTED, set())
    for key in set(open_questions()) - wanted:
        # The visitor has moved on, so nobody needs the answer.
        del open_questions()[key]
    questions, lost = open_questions(), those_lost()

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
    if key in open_questions():
        return None
    if key in failures():
        return Unanswered(key, failures()[key])
    try:
        engine = services.engine()
        future = engine.ask(task, *arguments, aside=noted)
        open_questions()[key] = Question(future, task.__name__, time.monotonic(), noted)
    except EngineError as error:
        return Unanswered(key, str(error))
    return None


def _patience(*keys: str) -> float:
    """Return how many seconds to wait for the answers to open questions."""
    return answer_times.patience(open_questions()[key].task for key in keys if key in open_questions())


def _took(question: Question) -> None:
    """Record how long a question has taken, or at least takes."""
    answer_times.took(question.task, question.waited, answered=question.future.done())


def _take(key: str, patience: float) -> Any:
    """Return the answer to an open question, waiting at most `patience` seconds, or an `Unanswered`."""
    question = open_questions()[key]
    future = question.future
    if future.cancelled():
        return lose(key)
    try:
        if patience <= 0 and not future.done():
            return Unanswered(key, READING)
        answer = future.result(timeout=patience or None)
    except TimeoutError:
        _took(question)
        return Unanswered(key, READING)
    except CancelledError:
        # Another visitor cancelled it, and this one did not.
        return lose(key)
    except Exception as error:
        del open_questions()[key]
        if not isinstance(error, MnistlabError):
            # A bug, or Dask's message about a lost worker, which a visitor could not understand.
            log.error("A question (%s) ended with %s", question.task, type(error).__name__, exc_info=error)
        why_not = f"{error}" if isinstance(error, MnistlabError) else UNFORESEEN
        failures()[key] = why_not
        return Unanswered(key, why_not)
    del open_questions()[key]
    _took(question)
    return answer
