"""Numbers, the names of classes and the words of strangers as text for pages."""

import unicodedata
from collections.abc import Sequence

# Smaller values are shown as zero: they are rounding errors, or shares that a softmax cannot mean.
NOTHING = 1e-6
# Letters that fit where there is room for a digit.
LONGEST_SHORT = 3
# Digits and letters whose names begin with a vowel: eight, a, e, eff, aitch, … And what words with a vowel first begin with.
WITH_AN = frozenset("8AEFHILMNORSXaefhilmnorsx")
VOWELS = frozenset("AEIOaeio")
# Characters that change the direction of the text after them.
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def in_digits(value: float, digits: int = 4) -> str:
    """Return a number with `digits` significant digits and a real minus sign; 0 for values below NOTHING."""
    return "0" if abs(value) < NOTHING else f"{value:.{digits}g}".replace("-", "−")


def with_places(value: float, places: int) -> str:
    """Return a number with `places` places behind the point and a real minus sign; 0.00 for what rounds to it."""
    text = f"{value:.{places}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def with_sign(value: float) -> str:
    """Return a number with two places behind the point and its sign, a real minus; 0.00 for what rounds to it."""
    text = f"{value:+.2f}"
    return "0.00" if float(text) == 0 else text.replace("-", "−")


def class_names(names: Sequence[str] | None, count: int) -> list[str]:
    """Return the names of classes, or their numbers where there are none."""
    return list(names) if names is not None and len(names) == count else [str(label) for label in range(count)]


def class_name(names: Sequence[str], label: int) -> str:
    """Return the name of a class, or its number where there is none."""
    return names[label] if label < len(names) else str(label)


def short_names(names: Sequence[str]) -> list[str]:
    """Return names for narrow cells: as they are, or their numbers if one is too long."""
    return list(names) if max(map(len, names)) <= LONGEST_SHORT else [str(label) for label in range(len(names))]


def article(name: object) -> str:
    """Return "an" before a digit or letter that is spoken with a vowel first, as in "an 8", and before a word that begins with one, else "a"."""
    text = str(name)
    return "an" if text in WITH_AN or (text[1:2].isalpha() and text[0] in VOWELS) else "a"


def with_article(name: object) -> str:
    """Return the name of a class as "a 4" or "an 8"."""
    return f"{article(name)} {name}"


def in_a_row(words: Sequence[str]) -> str:
    """Return words as "98", "98 and 12" or "98, 12 and 9"."""
    return " and ".join([*([", ".join(words[:-1])] if len(words) > 1 else []), *words[-1:]])


def on_one_line(text: str) -> str:
    """Return a stranger's words on one line, without control characters and without those that turn the text after them round."""
    kept = (
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or not (letter in TURNS or unicodedata.category(letter) in ("Cc", "Cs"))
    )
    return " ".join("".join(kept).split())


def counted(count: int, one: str) -> str:
    """Return a number of things that `one` names one of: "1 job", "2 jobs", "1,200 jobs"."""
    return f"{count:,} {one}{'s' * (count != 1)}"


def plural(name: object) -> str:
    """Return what several of a class are called, "4s" or "digits of class Ankle boot"."""
    text = str(name)
    return f"{text}s" if len(text) <= LONGEST_SHORT else f"digits of class {text}"
