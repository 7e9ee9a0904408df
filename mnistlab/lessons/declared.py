"""What a fact of a live part can be: declared beside the part, so that a lesson file can be checked without computing anything."""

from dataclasses import dataclass
from typing import Literal

# A computed fact: a number, a word, or numbers in a row.
Fact = float | str | tuple[float, ...]
Facts = dict[str, Fact]


@dataclass(frozen=True)
class Declared:
    """A fact to be computed.

    Attributes:
        says: what it is, in a sentence of the documentation.
        form: what it looks like; a class is named as the network names it.
        words: all that it can be, where it is one of a few words.
        shape: how a number is written.
    """

    says: str
    form: Literal["number", "class", "words", "curve", "text"]
    words: tuple[str, ...] = ()
    shape: str = ",.0f"

    def written(self, fact: Fact) -> str:
        """Return a computed fact as it stands in a sentence."""
        if isinstance(fact, str):
            return fact
        if isinstance(fact, tuple):
            return ", ".join(f"{value:.0f}" for value in fact)
        written = f"{fact:{self.shape}}"
        # What is nothing when rounded has no sign.
        return written.lstrip("-") if not written.strip("-0.") else written.replace("-", "−")


def number(says: str, shape: str = ",.0f") -> Declared:
    """Declare a number."""
    return Declared(says, "number", shape=shape)


def words(says: str, *all_of_them: str) -> Declared:
    """Declare one of a few words."""
    return Declared(says, "words", all_of_them)


def text(says: str) -> Declared:
    """Declare words that only stand in sentences."""
    return Declared(says, "text")


def yes_no(says: str) -> Declared:
    """Declare "yes" or "no"."""
    return words(says, "yes", "no")


def one_class(says: str) -> Declared:
    """Declare the name of a class."""
    return Declared(says, "class")


def curve(says: str) -> Declared:
    """Declare numbers in a row."""
    return Declared(says, "curve")


def yes(truth: bool) -> str:
    """Return a truth as a fact."""
    return "yes" if truth else "no"
