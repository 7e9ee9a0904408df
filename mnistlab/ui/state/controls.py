"""What a link can hide on each page: the names of its controls and groups -> the keys they are drawn with.

A control that is a parameter of the page's link is called as it is there. What is hidden is drawn all the same, only not shown: so it keeps the value that
the link gives it, and no form knows of hiding.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mnistlab.recipes import DreamRecipe, TrainingRecipe
from mnistlab.recipes.base import RecipePart
from mnistlab.recipes.explain_view import ExplainView
from mnistlab.recipes.oip import AscentRecipe, RobustnessRecipe
from mnistlab.recipes.views import ActivationsView, ClassesView

# Of a link: the names to hide, and the task. A longer task would push what it is about off the screen.
LONGEST_HIDE, LONGEST_NOTE, MOST_LINES = 1_000, 600, 12
SEPARATOR = ","
_NOT_IN_A_CLASS_NAME = re.compile(r"[^a-zA-Z0-9_-]")


@dataclass(frozen=True)
class Control:
    """Something to hide.

    Attributes:
        title: its name on screen.
        keys: of widgets and containers; those below a key (`train.network.conv` → `train.network.conv.0.filters`) are hidden with it.
        css: selectors of what has no key.
    """

    title: str
    keys: tuple[str, ...] = ()
    css: tuple[str, ...] = ()

    def selectors(self) -> Iterable[str]:
        """Yield CSS selectors of all that belongs to it."""
        for key in self.keys:
            name = "st-key-" + _NOT_IN_A_CLASS_NAME.sub("-", key)
            yield f".{name}"
            yield f'[class*="{name}-"]'
        yield from self.css


@dataclass(frozen=True)
class Handout:
    """What a link says beside the state of a page. `hidden`: names of controls; `note`: the task, at most a few lines."""

    hidden: tuple[str, ...] = ()
    note: str = ""


def _fields(kind: type[RecipePart], keys: str, names: Iterable[str], link: str = "") -> dict[str, Control]:
    """Return the controls of single choices, with the titles of their declaration.

    Arguments:
        kind: the recipe, or part of one.
        keys: path of its widgets' keys.
        names: of the choices.
        link: path in the page's link.
    """
    fields = kind.model_fields
    return {f"{link}{name}": Control(fields[name].title or name, (f"{keys}.{name}",)) for name in names}


# A tab of a form has no key; `draw_groups` does without it.
def _tabs(**titles: str) -> dict[str, Control]:
    return {f"tab.{name}": Control(title) for name, title in titles.items()}


def _other_tabs(key: str, title: str) -> dict[str, Control]:
    return {"tabs": Control(title, css=(f".st-key-{key.replace('.', '-')} [role='tablist']",))}


MENU = {"menu": Control("The menu of pages", ("menu-of-pages",))}
_TRAIN = (
    "data",
    "train_size",
    "epochs",
    "batch_size",
    "seed",
    "initial",
    "without",
    "optimizer",
    "learning_rate",
    "momentum",
)
# By the script of each page.
CONTROLS: dict[str, dict[str, Control]] = {
    "app.py": {
        "ten": Control("How the network reads ten digits", ("home-ten",)),
        "draw": Control("Draw your own", ("home-draw",)),
        "layers": Control("The network as a picture", ("home-layers",)),
        "ways": Control("Where to go from here", ("home-ways",)),
    },
    "pages/learn.py": {
        "steps": Control("The steps to choose from", ("learn.all", "learn.step", "learn.done")),
        "anew": Control("Answer anew", ("learn.anew",)),
        "again": Control("Start this lesson again", ("learn.again",)),
        "ways": Control("Links to other pages", ("learn-way-on",)),
    },
    "pages/train.py": {
        "experiments": Control("First experiments", ("train-experiments",)),
        "start": Control("Start, and the name of the run", ("train-start",)),
        "run": Control("The buttons of a run", ("run",)),
        "layers": Control("The table of layers", ("train-layers",)),
        "recipe": Control("The recipe as JSON", ("train-recipe",)),
        **_tabs(
            network="The tab Network",
            digits="The tab Digits",
            optimizer="The tab Optimiser",
            schedule="The tab Schedule",
            regularizer="The tab Regulariser",
        ),
        "network.conv": Control("Convolutions", ("train.network.conv", "train.network.convs")),
        "network.pool": Control("Pools", ("train.network.pool", "train.network.pooling")),
        "network.dense": Control("Hidden dense layers", ("train.network.dense", "train.network.denses")),
        "network.output_activation": Control("Output activation", ("train.network.output_activation",)),
        **_fields(TrainingRecipe, "train", _TRAIN),
    },
    "pages/activations.py": {
        "act.digit": Control("The choice of a digit", ("act.digit", "act.picker")),
        "act.layer": Control("The choice of a layer", ("layers-of-network",)),
        "edit": Control("Edit and keep the digit", ("act-tools",)),
        "colours": Control("Colours and scale", ("act-colours",)),
        "numbers": Control("The numbers of map and node", ("act|map_index", "act|row", "act|column")),
        "question": Control("What to ask of a map", ("act-questions",)),
        **_other_tabs("act.tab", "The other questions"),
        **_fields(ActivationsView, "act", ("epoch",), "act."),
    },
    "pages/explain.py": {
        "why.question": Control(
            "The question", ("why.question", "why.label", "why.against", "why.layer", "why.map_index")
        ),
        "why.digit": Control("The choice of a digit", ("why.digit", "why.picker")),
        "edit": Control("Edit the digit", ("why-edit",)),
        **_other_tabs("why.tab", "The other tabs"),
        **_fields(ExplainView, "why", ("epoch",), "why."),
    },
    "pages/classes.py": {
        **_other_tabs("cls.tab", "The other tabs"),
        **_fields(
            ClassesView,
            "cls",
            ("label_a", "label_b", "layer", "active", "common", "unique", "digits", "throw", "shares"),
            "cls.",
        ),
        **_fields(ClassesView, "cls", ("is_a", "read_as", "plane", "change", "beside", "unclear", "epoch"), "cls."),
        **_fields(ClassesView, "cls", ("method", "reason", "sure"), "cls."),
        "verdicts": Control("The verdicts on labels", ("cls|verdict",)),
    },
    "pages/oip.py": {
        "target": Control("The target", ("oip.target",)),
        **_tabs(start="The tab Start", ascent="The tab Ascent", robustness="The tab Robustness"),
        **{f"start.{name}": Control(title, (f"oip.start.{name}",)) for name, title in (("source", "Kind of start"),)},
        "start.seed": Control("Seed", ("oip.start.seed", "oip-dice")),
        "start.amplitudes": Control("Strengths of the scales", ("oip.start.amplitudes",)),
        **_fields(AscentRecipe, "oip.ascent", ("steps", "step_size", "convergence", "rescue"), "ascent."),
        **_fields(RobustnessRecipe, "oip.robustness", ("jitter", "smoothing"), "robustness."),
        "contrast": Control("Contrast", ("oip.contrast", "oip-contrast")),
        "more": Control("Ask further", ("oip-more",)),
        "files": Control("Downloads, and ways on", ("oip-files",)),
    },
    "pages/atlas.py": {
        "layer": Control("Layer", ("atlas.layer",)),
        "sort": Control("Sort by", ("atlas.sort",)),
        "only": Control("Show", ("atlas.only",)),
        "map": Control("Map", ("atlas.map",)),
        "compare": Control("Compare with another network", ("atlas-compare",)),
    },
    "pages/dream.py": {
        "dream.recipe.picture": Control("Picture", ("dream.recipe.picture", "dream-own-picture")),
        "roulette": Control("Dream roulette", ("dream-roulette",)),
        "dream.recipe.layer": Control("Layer", ("dream.recipe.layer",)),
        "dream.recipe.map_index": Control("Map", ("dream.recipe.map_index",)),
        **_tabs(carve="The tab Carve", levels="The tab Levels", frame="The tab Frame", shades="The tab Shades"),
        "dream.recipe.levels": Control("Levels", ("dream.recipe.levels",)),
        **_fields(DreamRecipe, "dream.recipe", ("iterations", "strength", "blend", "choose", "size"), "dream.recipe."),
        "area": Control("The chosen area", ("answer-dream-area",)),
        "more": Control("Films and files", ("answer-dream-more",)),
    },
    "pages/lab.py": _tabs(
        runs="The tab Runs", networks="The tab Networks", digits="The tab Digits", machine="The tab Machine"
    ),
}


def controls_of(page: str) -> Mapping[str, Control]:
    """Return what can be hidden on a page, by name."""
    return {**CONTROLS.get(page, {}), **MENU}


def read_hide(text: str | None, page: str) -> tuple[tuple[str, ...], str]:
    """Return the names of a link's `hide` that a page has, and a sentence about the others; "" if there are none."""
    if text is None:
        return (), ""
    known = controls_of(page)
    asked = list(dict.fromkeys(name.strip() for name in text[:LONGEST_HIDE].split(SEPARATOR) if name.strip()))
    names = tuple(name for name in asked if name in known)
    wrong = [name for name in asked if name not in known]
    if not wrong and len(text) <= LONGEST_HIDE:
        return names, ""
    some = f"“{_short(wrong[0])}”" if wrong else "more than can be read"
    more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
    return names, f"This link hides {some}{more}, which this page does not have; the rest of the link holds."


def read_note(text: str | None) -> tuple[str, str]:
    """Return a link's task, its lines trimmed, and a sentence if it had to be cut; "" if not."""
    if text is None:
        return "", ""
    lines = [" ".join(line.split()) for line in text[: LONGEST_NOTE + 1].splitlines()]
    kept = [line for line in lines if line]
    is_long = len(text) > LONGEST_NOTE or len(kept) > MOST_LINES
    note = "\n".join(kept[:MOST_LINES])[:LONGEST_NOTE].rstrip()
    sentence = f"The task in this link is cut: it should have at most {LONGEST_NOTE} letters in {MOST_LINES} lines."
    return note, sentence if is_long else ""


def style_of(hidden: Iterable[str], page: str) -> str:
    """Return the CSS that hides controls of a page, by their names; "" for none."""
    known = controls_of(page)
    selectors = [selector for name in hidden for selector in known[name].selectors()]
    # Nothing but our own keys ever stands in it.
    return f"{', '.join(selectors)} {{ display: none !important; }}" if selectors else ""


def _short(name: str, length: int = 40) -> str:
    name = " ".join(name.split())
    return name if len(name) <= length else name[: length - 1] + "…"
