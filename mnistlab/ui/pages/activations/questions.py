"""More questions about the chosen map or node and the digit, one per tab."""

from typing import Any

from mnistlab.recipes.views import ActivationsView
from mnistlab.ui.pages.activations.ablation import draw_ablation
from mnistlab.ui.pages.activations.answer import Reading
from mnistlab.ui.pages.activations.growth import draw_growth
from mnistlab.ui.pages.activations.node_sum import draw_sum
from mnistlab.ui.pages.activations.over_tests import draw_over_tests
from mnistlab.ui.pages.activations.weights import draw_weights
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.tabs import choose_tab

SUM, TESTS, WEIGHTS, MUTE, GROWTH = "sum", "tests", "weights", "mute", "growth"
TABS = {
    SUM: "Where the value comes from",
    TESTS: "Across the test set",
    WEIGHTS: "Its weights",
    MUTE: "Mute or boost",
    GROWTH: "How the answer grew",
}


def open_question(content: Content) -> str:
    """Return the open question; for a link that names none, as older links do, the one of its other choices."""
    changed = [factor for factor in content["factors"] if factor["layer"]]
    return content.get("tab") or (MUTE if changed else SUM)


def choose_question(prefix: str, content: Content) -> tuple[str, Any]:
    """Draw the tabs; return the name of the open one and its container."""
    return choose_tab(prefix, TABS, open_question(content))


def draw_question(prefix: str, view: ActivationsView, shown: str, reading: Reading) -> None:
    """Draw the answer to the open question."""
    chosen, network, data = reading.chosen, reading.network, reading.data
    digit = reading.shown[0].digit
    if shown == SUM:
        draw_sum(prefix, network, digit, reading.plain, chosen)
    elif shown == TESTS:
        draw_over_tests(prefix, chosen, reading.survey, data)
    elif shown == WEIGHTS:
        draw_weights(prefix, chosen, network)
    elif shown == MUTE:
        draw_ablation(prefix, view, chosen, reading.model, network, data, reading.plain, reading.shown[0].layers)
    else:
        draw_growth(prefix, reading.model, digit, network.classes)
