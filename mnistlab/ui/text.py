"""A visitor's text -> the same text with nothing in it that Markdown acts on."""

MARKUP = frozenset("\\`*_{}[]()#+-.!|<>$:~^&")


def inert(text: str) -> str:
    """Return `text` with each sign of markup escaped, colour and icon codes included."""
    return "".join(f"\\{letter}" if letter in MARKUP else letter for letter in text)
