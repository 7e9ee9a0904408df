"""The page Activations."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from mnistlab.analysis.receptive import stages
from mnistlab.data.centring import advice
from mnistlab.data.inputs import Input, find_input
from mnistlab.data.sources import source_in_use
from mnistlab.engine.tasks.surveys import survey_key, survey_test_set
from mnistlab.errors import MnistlabError
from mnistlab.figures import mosaics, outputs
from mnistlab.pictures.encoding import data_address
from mnistlab.pictures.mosaics import as_maps
from mnistlab.recipes.data_sets import DataName
from mnistlab.recipes.digit import DigitChoice
from mnistlab.recipes.network import NetworkRecipe
from mnistlab.recipes.views import NOTHING, ActivationsLink, ActivationsView
from mnistlab.results.readings import Survey
from mnistlab.store.networks import StoredNetwork
from mnistlab.ui.answers.asking import Unanswered, kept, see, wait_for_answers
from mnistlab.ui.answers.shared import Layers
from mnistlab.ui.answers.standing import draw_answer
from mnistlab.ui.mends.beginning import begin_with
from mnistlab.ui.mends.reruns import ran_by_itself
from mnistlab.ui.mends.unchecked import ready
from mnistlab.ui.pages.activations.ablation import draw_ablation, factors_of
from mnistlab.ui.pages.activations.digit_picker import draw_picker
from mnistlab.ui.pages.activations.growth import draw_growth
from mnistlab.ui.pages.activations.map_detail import Chosen, choose, draw_large, draw_over_test_set, draw_sum
from mnistlab.ui.parts.charts import draw_grid
from mnistlab.ui.parts.text import as_html, note, tell, warn
from mnistlab.ui.shell.epochs import choose_epoch
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.recipe_form import choices_of
from mnistlab.ui.state.views import begin_view, change_view, finish_view, part_now

PREFIX = "act"
CHART = {"displayModeBar": False}
# Screen pixels the mosaics of all digits share.
WIDTH = 700
# What is missing for each way to make a digit by hand.
NOTHING_YET = {
    "draw": "There is nothing drawn yet: the pad is empty.",
    "type": "There is nothing typed yet.",
    "upload": "There is no picture of a digit yet.",
}


# Of the parts that fill in, in pixels on a wide page.
BARS_HEIGHT, MAPS_HEIGHT, BELOW_HEIGHT = 150, 860, 900


@dataclass(frozen=True, eq=False)
class Shown:
    """A digit of the page and what the layers make of it; `place`: -1 for the main one, else its place beside it."""

    place: int
    digit: Input
    layers: Layers


@dataclass(frozen=True, eq=False)
class Reading:
    """All that the page has to draw.

    Attributes:
        view: what the visitor chose.
        model: name of the network.
        network: itself.
        data: whose test digits the survey is of.
        survey: what each map does over the test digits.
        shown: the digits, the main one first, with all changes to maps.
        plain: what the layers make of the main one without changes.
    """

    view: ActivationsView
    model: str
    network: StoredNetwork
    data: DataName
    survey: Survey | Unanswered
    shown: list[Shown]
    plain: Layers

    @property
    def chosen(self) -> Chosen:
        """The map or node looked at."""
        return choose(self.view, self.network, self.plain)


def draw_activations() -> None:
    """Draw the page."""
    st.title("How each layer sees a digit")
    content = begin_view(ActivationsLink, PREFIX)
    data = source_in_use()[0].name
    left, right = st.columns([1, 2], gap="medium")
    with right:
        model, network = choose_epoch(PREFIX, content)
        _choose_layer(content, network.recipe)
    with left:
        draw_picker(PREFIX, "digit", content, data, model, network.digest)
    view = finish_view(ActivationsLink, PREFIX).act
    chosen = _inputs(view, data)
    if not chosen:
        wait_for_answers()
        return
    survey = kept(survey_key(network.digest, data), Survey, survey_test_set, model, data)
    factors = factors_of(view)
    seen = see(model, network.digest, [digit.image for _, digit in chosen], factors)
    plain = see(model, network.digest, [chosen[0][1].image]) if factors else seen
    reading: Reading | Unanswered
    if isinstance(seen, Unanswered):
        reading = seen
    elif isinstance(plain, Unanswered):
        reading = plain
    else:
        shown = [Shown(place, digit, layers) for (place, digit), layers in zip(chosen, seen, strict=True)]
        reading = Reading(view, model, network, data, survey, shown, plain[0])
    with left:
        digit = chosen[0][1]
        draw_answer(f"{PREFIX}-verdict", reading, _draw_verdict, partial(_draw_digit, digit), silent=True)
        _keep_beside(view)
    with right:
        draw_answer(f"{PREFIX}-maps", reading, _draw_maps, MAPS_HEIGHT)
    draw_answer(f"{PREFIX}-below", reading, _draw_below, BELOW_HEIGHT, silent=True)
    wait_for_answers()


def _draw_maps(reading: Reading) -> None:
    """Draw all maps of the layer, and the chosen one large."""
    view, chosen = reading.view, reading.chosen
    surveyed = None if isinstance(reading.survey, Unanswered) else reading.survey
    _mosaics(view, chosen.index, reading.shown, surveyed if _may_mark(surveyed is not None) else None)
    draw_large(PREFIX, view, chosen, reading.network, reading.shown[0].digit, reading.plain)


def _draw_below(reading: Reading) -> None:
    """Draw what else there is to ask about the chosen map and the digit."""
    chosen, network, digit, data = reading.chosen, reading.network, reading.shown[0].digit, reading.data
    draw_sum(PREFIX, network, digit, reading.plain, chosen)
    draw_over_test_set(PREFIX, chosen, network, reading.survey, data)
    draw_ablation(PREFIX, reading.view, chosen, reading.model, network, data, reading.plain, reading.shown[0].layers)
    draw_growth(PREFIX, reading.model, digit)


def _choose_layer(content: Content, recipe: NetworkRecipe) -> None:
    names = [stage.row.name for stage in stages(recipe)]
    if content["layer"] not in names:
        warn(f"The network in use has no layer “{content['layer']}”; {names[0]} is shown instead.")
        change_view(PREFIX, "", layer=names[0], map_index=-1, row=-1, column=-1)
    key = f"{PREFIX}.layer"
    shown = begin_with(key, content["layer"])
    st.pills("Layer", names, default=shown, key=key, required=True, wrap=True, on_change=_take_layer, args=(key,))
    with st.expander("Colours and scale", icon=":material/palette:"):
        content |= choices_of(ActivationsView, content, PREFIX, ("scale", "colours"))


def _take_layer(key: str) -> None:
    change_view(PREFIX, "", layer=st.session_state[key], map_index=-1, row=-1, column=-1)


def _inputs(view: ActivationsView, data: DataName) -> list[tuple[int, Input]]:
    """Return the digits to show with their places, the main one first; none if there is no main one."""
    found = []
    for place, choice in enumerate((view.digit, *view.beside), start=-1):
        if choice == NOTHING:
            continue
        if place == -1 and choice.source == "drawing" and not choice.pixels:
            tell(NOTHING_YET[view.picker.hand])
            return []
        try:
            found.append((place, find_input(choice, data)))
        except MnistlabError as error:
            tell(str(error))
            if place == -1:
                return []
    return found


def _draw_verdict(reading: Reading) -> None:
    values = _last(reading.shown[0].layers)
    _draw_digit(reading.shown[0].digit, values, _last(reading.plain) if factors_of(reading.view) else None)


def _draw_digit(digit: Input, values: NDArray[Any] | None = None, before: NDArray[Any] | None = None) -> None:
    """Draw a digit and the outputs for it, (classes,), beside those without changes; None where they are not there yet."""
    row = st.container(horizontal=True, vertical_alignment="center")
    row.html(picture_of(digit), width=96)
    # Below the picture: Plotly draws no chart narrower than 150 pixels, what is more is cut off.
    if values is None:
        row.markdown("**reads …**")
        st.html(f"<div style='height: {BARS_HEIGHT}px'></div>")
    else:
        row.markdown(f"**reads {int(values.argmax())}**")
        st.plotly_chart(
            ready(outputs.figure(values, digit.label, before)),
            key=f"{PREFIX}|bars",
            config=CHART,
            alt=outputs.sentence(values),
        )
    for sentence in advice(digit.image):
        note(sentence)
    note(digit.name[0].upper() + digit.name[1:] + ".")


def picture_of(digit: Input) -> str:
    """Return the digit as an <img>, its pixels in its address: a file of the server may be gone before a browser asks for it."""
    alt = f"{digit.name}, 28×28 pixels, as the network gets it"
    return f"<img class='lab-digit' src='{data_address(digit.image)}' alt='{as_html(alt)}'>"


def _keep_beside(view: ActivationsView) -> None:
    free = [place for place, choice in enumerate(view.beside) if choice == NOTHING]
    st.button(
        "Pin for comparison",
        icon=":material/view_column:",
        key=f"{PREFIX}|keep",
        disabled=not free,
        help="Shows this digit together with the one you pick next, at the same layer; up to four at once.",
        on_click=_keep_it,
    )


def _keep_it() -> None:
    places = [place for place, choice in enumerate(part_now(PREFIX, "beside")) if choice["source"] == NOTHING.source]
    if places:
        change_view(PREFIX, f"beside.{places[0]}", **part_now(PREFIX, "digit"))


def _put_beside(place: int, digit: DigitChoice) -> None:
    change_view(PREFIX, f"beside.{place}", **digit.model_dump(mode="json"))


def _may_mark(known: bool) -> bool:
    """Return whether the mosaics may say what the survey found.

    They are not drawn anew when the survey arrives, since a click on a chart that changes under the pointer is lost; the next
    time the visitor does something they are.
    """
    key = f"{PREFIX}|marked"
    if not (ran_by_itself() and st.session_state.get(key) is False):
        st.session_state[key] = known
    return bool(st.session_state[key])


def _mosaics(view: ActivationsView, chosen: int, shown: list[Shown], survey: Survey | None) -> None:
    notes = None if survey is None else _notes(survey.layers[view.layer].reacts)
    for column, one in zip(st.columns(len(shown)), shown, strict=True):
        with column:
            if len(shown) > 1:
                _name_beside(one)
            maps = as_maps(one.layers[view.layer])
            key = f"{PREFIX}|mosaic{one.place}"
            text = mosaics.sentence(view.layer, maps, view.scale)
            figure = mosaics.figure(
                maps, view.scale, view.colours, _limits(one.layers), chosen, notes, WIDTH // len(shown)
            )
            draw_grid(figure, key, text, partial(_click, key))
            note(text)
    if notes is not None and mosaics.DEAD in notes:
        note(f"✕ marks {notes.count(mosaics.DEAD)} dead: they react to none of the test digits.")


def _name_beside(one: Shown) -> None:
    values = _last(one.layers)
    row = st.container(horizontal=True, vertical_alignment="center")
    row.html(picture_of(one.digit), width=56)
    row.markdown(f"**reads {int(values.argmax())}**, {values.max():.3f}")
    if one.place >= 0:
        row.button("Remove", key=f"{PREFIX}|remove{one.place}", on_click=_put_beside, args=(one.place, NOTHING))


def _notes(reacts: NDArray[Any]) -> list[str]:
    return [f"reacts to {100 * share:.1f} % of the test digits" if share else mosaics.DEAD for share in reacts]


def _limits(layers: Layers) -> tuple[float, float]:
    return min(float(values.min()) for values in layers.values()), max(
        float(values.max()) for values in layers.values()
    )


def _last(layers: Layers) -> NDArray[Any]:
    return list(layers.values())[-1]


def _click(key: str) -> None:
    points = st.session_state[key].selection.points
    if points:
        change_view(PREFIX, "", map_index=int(points[0]["customdata"]), row=-1, column=-1)
