"""Sentences of a lesson: the names they use, and their facts filled in. A name in braces is looked up and nothing else: no format, no attribute."""

import re
from collections.abc import Iterator, Mapping

from mnistlab.glossary import TERMS
from mnistlab.wording import article

NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")
WITH_ARTICLE = re.compile(rf"(?:\b([Aa]) )?{NAME.pattern}")
TERM = re.compile(r"\[\[([^\]|]+)(?:\|([^\]]+))?\]\]")
ANSWER = "answer"


def filled(text: str, facts: Mapping[str, str]) -> str:
    """Return a sentence with each {name} replaced by the fact of that name, as it is written; "a {name}" becomes "an 8"."""

    def told(found: re.Match[str]) -> str:
        fact = facts.get(found[2])
        if fact is None:
            return found[0]
        return fact if found[1] is None else f"{found[1]}{article(fact)[1:]} {fact}"

    return WITH_ARTICLE.sub(told, text)


def without_names(text: str) -> str:
    """Return a sentence with an ellipsis for each {name} whose fact is not known."""
    return NAME.sub("…", text)


def names_in(text: str) -> set[str]:
    """Return the names that a sentence uses."""
    return set(NAME.findall(text))


def faults_of(text: str, known: set[str]) -> Iterator[str]:
    """Yield what is wrong with a sentence, in words to follow its place.

    Arguments:
        text: the sentence.
        known: the names it may use.
    """
    for name in sorted(names_in(text) - known):
        some = f"; there are {', '.join(sorted(known))}" if known else "; there are none here"
        yield f"uses {{{name}}}, which is no fact here{some}."
    rest = NAME.sub("", text)
    if "{" in rest or "}" in rest:
        yield "has a brace that belongs to no fact; a fact is written {name}."
    for found in TERM.finditer(text):
        if found[1] not in TERMS:
            yield f"explains [[{found[1][:40]}]], which is no word of the glossary."
    if "[[" in TERM.sub("", text) or "]]" in TERM.sub("", text):
        yield "has double brackets that close nowhere; a word of the glossary is written [[word]] or [[word|as it stands here]]."
