"""Words a stranger may choose for whatever has a name, and places of a page's link to put them."""

import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from mnistlab.recipes.base import RecipePart
from mnistlab.recipes.link import VARIANT

# Each has the word that tells it from our own, and is short enough to be quoted whole.
WORDS = (
    "[evil](//evil.x)",
    "<b>evil</b><img src=//evil.x>",
    "http://evil.x",
    "www.evil.x, me@evil.x",
    ":red[evil] :material/evil:",
    "`evil` $evil$ **evil**",
    "# evil\n\n- evil",
)
# What Streamlit's Markdown acts on: signs without a backslash, and what it looks for in the finished text.
LIVE = re.compile(
    r"(?<!\\)[\[\]<>`$]|^[#-]|\n|(?i:https?:(?=/)|www\.|@(?=\w)|:(?=[\w+-]+:)|:(?=material/)|:(?=\w+\\?\[))"
)


def is_live(markdown: str) -> bool:
    """Whether something of a stranger's words in this Markdown is acted upon, our own icon before it and bold letters aside."""
    return LIVE.search(re.sub(r"^:material/\w+: ", "", markdown.replace("**", ""))) is not None


def leaves(
    kind: type[RecipePart], path: str = "", needs: dict[str, str] | None = None
) -> Iterator[tuple[str, Any, dict[str, str]]]:
    """Each value of a recipe: where it stands in a link, its annotation, and what the link must say besides for it to be there."""
    needs = needs or {}
    for name, field in kind.model_fields.items():
        if name == "kind":
            continue
        place = f"{path}.{name}".lstrip(".")
        annotation = field.annotation
        if field.discriminator == VARIANT:
            for part in get_args(annotation):
                variant = {f"{place}.{VARIANT}": str(part.model_fields[VARIANT].default)}
                yield from leaves(part, place, needs | variant)
            continue
        inner = [one for one in get_args(annotation) if isinstance(one, type) and issubclass(one, RecipePart)]
        if isinstance(annotation, type) and issubclass(annotation, RecipePart):
            yield from leaves(annotation, place, needs)
        elif inner:
            yield from leaves(inner[0], f"{place}.0", needs | {f"{place}.length": str(_length(field.default))})
        else:
            yield place, annotation, needs


def options(annotation: Any) -> list[str]:
    """The values a choice may have, as a link writes them; none for texts and numbers."""
    if annotation is bool:
        return ["True", "False"]
    if get_origin(annotation) is Literal:
        return [str(option) for option in get_args(annotation)]
    found = [option for one in get_args(annotation) for option in options(one)]
    return [*found, *(["none"] if type(None) in get_args(annotation) else [])]


def _length(default: Any) -> int:
    return max(1, len(default or ()))
