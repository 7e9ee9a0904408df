"""The part of the page Classes with what each class is read by: its mean relevance over the pixels, and the maps that carry it."""

from functools import partial

import streamlit as st

from mnistlab.brought_sets import known_set
from mnistlab.data.sources import digits
from mnistlab.engine.tasks.surveys import reasons_key, see_reasons, see_uses, uses_key
from mnistlab.explanations import METHODS
from mnistlab.figures import class_reasons as figures
from mnistlab.recipes.class_reasons import REASON_METHODS
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.network import convolution_name
from mnistlab.recipes.views import ClassesView
from mnistlab.results.class_reasons import ClassReasons
from mnistlab.results.readings import Uses
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.asking import kept
from mnistlab.ui.answers.kept_patterns import kept_patterns
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.mends.beginning import begin_at
from mnistlab.ui.pages.classes.unusual import draw_unusual, draw_wrong
from mnistlab.ui.parts.cells import pick_cell
from mnistlab.ui.parts.red_and_blue import draw_red_and_blue
from mnistlab.ui.parts.text import note
from mnistlab.ui.shell.frame import shared_parameters
from mnistlab.ui.shell.map_links import OIP
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.views import change_view
from mnistlab.wording import class_names, plural

# Of all that is drawn, and of the maps that carry a class, in pixels on a wide page; pictures per row on a narrow one.
HEIGHT, MAPS_HEIGHT, NARROW = 900, 200, 5


def choose_reasons(prefix: str, content: Content, data: DataName) -> None:
    """Draw the choice of a method and of a class."""
    usual, names = ClassesView(), known_set(data).classes
    left, right = st.columns(2)
    field, key = ClassesView.model_fields["method"], f"{prefix}.method"
    content["method"] = left.selectbox(
        field.title or key,
        REASON_METHODS,
        begin_at(key, REASON_METHODS, content.get("method", usual.method)),
        format_func=lambda name: METHODS[name].title,
        key=key,
        help=field.description,
    )
    field, key, labels = ClassesView.model_fields["reason"], f"{prefix}.reason", range(len(names))
    content["reason"] = right.selectbox(
        field.title or key,
        labels,
        begin_at(key, labels, content.get("reason", usual.reason)),
        format_func=names.__getitem__,
        key=key,
        help=field.description,
    )


def draw_reasons(view: ClassesView, prefix: str, model: str, network: StoredNetwork, data: DataName) -> None:
    """Draw what each class is read by, unusual reasons, and those of mistakes.

    Arguments:
        view: state of the page.
        prefix: prefix of the page's view.
        model: name of the network.
        network: the network.
        data: the set of the test digits.
    """
    found = kept(reasons_key(network.digest, data, view.method), ClassReasons, see_reasons, model, data, view.method)
    draw_answer(f"{prefix}-reasons", found, partial(_draw, view, prefix, model, network, data), HEIGHT)


def _draw(
    view: ClassesView, prefix: str, model: str, network: StoredNetwork, data: DataName, found: ClassReasons
) -> None:
    names, test = class_names(known_set(data).classes, network.recipe.classes), digits(data, "test")
    name = names[view.reason]
    method = METHODS[view.method]
    st.markdown(
        "The mean of each class over its digits that are read right: on which pixels does the answer rest? Choose a class for more."
    )
    pick_cell(
        figures.class_sheet(found, names),
        f"{prefix}|means",
        " ".join(f"{plural(one)}: {figures.place_sentence(mean)}" for one, mean in zip(names, found.mean, strict=True)),
        view.reason,
        lambda number: change_view(prefix, "", reason=number),
        narrow=NARROW,
    )
    draw_red_and_blue("speaks against the class", "says nothing", "speaks for the class")
    blank = "Ink on red raises the output for the class, ink on blue lowers it"
    both = "What is on red, ink or none, raises the output for the class, what is on blue lowers it"
    meaning = both if view.method.startswith("lrp") else blank
    note(f"{meaning}; all classes have the same scale. By {method.title.lower()}. {method.does_not_show}")
    typical = figures.typical_sentence(found, test.labels, view.reason, name)
    note(f"In the mean of {plural(name)} {figures.place_sentence(found.mean[view.reason])} {typical}")
    st.header("The maps that carry it")
    uses = kept(uses_key(network.digest, data), Uses, see_uses, model, data)
    draw_answer(f"{prefix}-carrying", uses, partial(_draw_maps, view, prefix, model, network, names), MAPS_HEIGHT)
    st.header("Right for an unusual reason")
    draw_unusual(view, prefix, found, data, name)
    st.header("Wrong, and why")
    draw_wrong(view, prefix, found, data, names, convolution_name(len(network.recipe.conv)))


def _draw_maps(
    view: ClassesView, prefix: str, model: str, network: StoredNetwork, names: list[str], uses: Uses
) -> None:
    layer = convolution_name(len(network.recipe.conv))
    patterns = kept_patterns(model, layer, range(uses.by_class.shape[0]))
    text = figures.carrying_sentence(uses, view.reason, names)
    number = pick_cell(figures.carrying_sheet(uses, view.reason, patterns), f"{prefix}|carrying", text, narrow=NARROW)
    below = "Each with the pattern it looks for (OIP)" if patterns else "Their patterns are not made yet"
    note(f"{text} {below}; choose one to see it grow.")
    if number is not None:
        target = {"target.layer": layer, "target.map_index": str(number)}
        st.switch_page(OIP, query_params={**shared_parameters(), **target})
