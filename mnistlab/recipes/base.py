"""JSON -> a frozen, checked, normalised recipe with a digest.

A recipe is the one declaration of what a user can choose: validation, JSON, links, widgets and the command line
are all read off its fields. Recipes hold only what changes the result, so equal recipes have equal digests.
"""

import hashlib
import json
import re
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from mnistlab.errors import RecipeError

# A recipe has few keys, so a longer text cannot be one.
LONGEST_JSON = 100_000
# The expected type for each of pydantic's kinds of error, in words for people who do not know Python.
EXPECTED = {
    "model_type": "an object with named values",
    "model_attributes_type": "an object with named values",
    "dict_type": "an object with named values",
    "list_type": "a list",
    "tuple_type": "a list",
    "string_type": "a text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
# The same for each regular expression: pydantic reports only the expression.
_FORMS: dict[str, str] = {}


def choice(
    default: Any,
    *,
    title: str,
    help: str,
    step: float | None = None,
    pattern: tuple[str, str] | None = None,
    **bounds: Any,
) -> Any:
    """Declare one choice of a recipe.

    Arguments:
        default: the value in a new recipe.
        title: its name on screen.
        help: one or two sentences for someone who sees it for the first time.
        step: step of a slider; None: chosen from the type.
        pattern: a regular expression for a text, and a description of what it allows, to follow “should be”.
        **bounds: pydantic's `ge`, `le`, `gt`, `lt`, `min_length`, `max_length`.
    """
    if pattern is not None:
        bounds["pattern"], _FORMS[pattern[0]] = pattern[0], pattern[1]
    return Field(default, title=title, description=help, json_schema_extra={"step": step}, **bounds)


class RecipePart(BaseModel):
    """A frozen group of choices; unknown keys are errors, numbers must be finite and of the right type."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True, revalidate_instances="never"
    )

    @model_validator(mode="before")
    @classmethod
    def _refuse_booleans_as_numbers(cls, content: Any) -> Any:
        # Python counts True as 1. As text it is refused as a number, and the error shows what was received.
        if not isinstance(content, dict):
            return content
        truths = {name for name, field in cls.model_fields.items() if field.annotation is bool}
        return {
            name: str(value) if isinstance(value, bool) and name not in truths else value
            for name, value in content.items()
        }

    @field_validator("*", mode="after")
    @classmethod
    def _drop_sign_of_zero(cls, value: Any) -> Any:
        # -0.0 equals 0.0, so both must have one digest.
        return 0.0 if isinstance(value, float) and value == 0 else value

    @classmethod
    def read(cls, content: Any) -> Self:
        """Check `content` (parsed JSON) and return the recipe.

        Raises:
            RecipeError: with one sentence about the first error.
        """
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            raise _one_sentence(error.errors(include_url=False)[0]) from None

    @classmethod
    def wrong_values(cls, content: Any) -> dict[str, str]:
        """Return one sentence for each value of `content` (parsed JSON) that is invalid by itself, by its dotted path."""
        try:
            cls.model_validate(content)
        except ValidationError as error:
            return {_path(detail): str(_one_sentence(detail)) for detail in error.errors(include_url=False)}
        return {}

    def to_json(self) -> str:
        """Return the complete, normalised recipe as indented JSON."""
        return json.dumps(self.model_dump(mode="json"), indent=1) + "\n"

    @property
    def digest(self) -> str:
        """SHA-256 over the normalised recipe, 64 hexadecimal digits."""
        canonical = json.dumps(self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def parse_json(text: str | bytes) -> Any:
    """Parse JSON from an untrusted source.

    Raises:
        RecipeError: if the text is too long, not JSON, or nested too deeply.
    """
    if len(text) > LONGEST_JSON:
        raise RecipeError(f"This is too long for a recipe: {len(text)} characters, at most {LONGEST_JSON} are read.")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        why = f"it cannot be read from line {error.lineno}, place {error.colno} on"
    except UnicodeDecodeError:
        why = "its bytes are no text"
    except RecursionError:
        why = "it is nested too deeply"
    except ValueError:
        # The only other reason for which Python refuses to read it.
        why = "it holds a number of thousands of digits"
    raise RecipeError(f"This is no recipe in JSON: {why}.")


def _refuse_constant(name: str) -> None:
    raise RecipeError(f"This is no recipe in JSON: {name} is not a number that a recipe can hold.")


def _path(detail: ErrorDetails) -> str:
    return ".".join(str(part) for part in detail["loc"])


def _one_sentence(first: ErrorDetails) -> RecipeError:
    """Describe a validation error in the words of the recipe."""
    path = _path(first) or "the recipe"
    received = _shorten(repr(first["input"]))
    match first["type"]:
        case "extra_forbidden":
            return RecipeError(f"“{_shorten(path)}” is not a key of this recipe; remove it or mend its spelling.")
        case "missing":
            return RecipeError(f"“{path}” is missing in this recipe.")
        case "value_error":
            # A rule may raise its own kind of error, as the network's rules do.
            cause = first["ctx"]["error"]
            return cause if isinstance(cause, RecipeError) else RecipeError(str(cause))
        case "too_short" | "too_long" as kind:
            bound = (
                f"at least {first['ctx']['min_length']}"
                if kind == "too_short"
                else f"at most {first['ctx']['max_length']}"
            )
            return RecipeError(f"“{path}” should have {bound} items. Received: {received}.")
        case "union_tag_invalid" | "union_tag_not_found":
            expected = str(first["ctx"].get("expected_tags", "named by its “source”"))
            return RecipeError(f"The “source” of “{path}” should be one of {expected}. Received: {received}.")
        case "string_pattern_mismatch":
            return RecipeError(f"“{path}” should be {_FORMS[first['ctx']['pattern']]}. Received: {received}.")
        case kind if kind in EXPECTED:
            return RecipeError(f"“{path}” should be {EXPECTED[kind]}. Received: {received}.")
        case _:
            # “Input should be …”, “String should have …”, and the like.
            expected = re.sub(r"^\w+ should ", "", first["msg"])
            return RecipeError(f"“{path}” should {expected}. Received: {received}.")


def _shorten(text: str, length: int = 80) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"
