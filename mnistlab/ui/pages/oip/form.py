"""The choices of an OIP, in groups -> an OIP recipe."""

from mnistlab.errors import RecipeError
from mnistlab.recipes import LayerRow, OipRecipe, layer_rows
from mnistlab.recipes.oip import AscentRecipe, RobustnessRecipe
from mnistlab.recipes.start import DigitStart, DrawingStart, FluctuationStart
from mnistlab.recipes.target import MOST_SUMMED, MapWeight
from mnistlab.ui.mends.beginning import begin_at, begin_with, set_to
from mnistlab.ui.mends.reading import reading, st
from mnistlab.ui.parts.text import fail, tell, warn
from mnistlab.ui.shell.frame import model_in_use, network_in_use
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.handout import draw_groups
from mnistlab.ui.state.recipe_form import choice_widget, choices_of
from mnistlab.ui.state.recipe_state import content_of, write_link

PAGE = "oip"
SOURCES = {"fluctuations": "random fluctuations", "digit": "a digit", "drawing": "the pattern I kept"}
STARTS = {"fluctuations": FluctuationStart, "digit": DigitStart, "drawing": DrawingStart}
NO_MAP = "A sum needs at least one map. Choose one."
WHOLE, MAP, NODE, SUM = "layer", "map", "node", "sum"
KINDS = {MAP: "map", NODE: "node", SUM: "several maps", WHOLE: "layer"}


def draw_form() -> OipRecipe | None:
    """Draw all groups and return the recipe; None, with the reason on the page, if it is invalid."""
    content = _choose()
    if content is None:
        tell(NO_MAP)
        write_link(None, PAGE)
        return None
    try:
        recipe = OipRecipe.read(content)
    except RecipeError as error:
        fail(str(error))
        write_link(None, PAGE)
        return None
    write_link(recipe, PAGE)
    return recipe


def read_form() -> OipRecipe:
    """Return the recipe as the widgets stand at this moment; for callbacks.

    Raises:
        RecipeError: if it is invalid.
    """
    with reading():
        content = _choose()
    if content is None:
        raise RecipeError(NO_MAP)
    return OipRecipe.read(content)


def _choose() -> Content | None:
    """Draw all groups; return the recipe's content, or None for an empty sum of maps."""
    content = content_of(OipRecipe, PAGE)
    content["model"] = model_in_use()
    target = _target(content["target"])
    content["target"] = target or content["target"]
    start, ascent, robust = draw_groups({"start": "Start", "ascent": "Ascent", "robustness": "Robustness"})
    with start:
        content["start"] = _start(content["start"])
    with ascent:
        names = ("steps", "step_size", "convergence", "stop_at_convergence", "rescue")
        content["ascent"] |= choices_of(AscentRecipe, content["ascent"], "oip.ascent", names)
    with robust:
        content["robustness"] |= choices_of(
            RobustnessRecipe, content["robustness"], "oip.robustness", ("jitter", "smoothing")
        )
    return None if target is None else content


def target_rows() -> list[LayerRow]:
    """Return the layers of the network in use that can be a target."""
    return [row for row in layer_rows(network_in_use().recipe) if row.kind != "flatten"]


def _target(content: Content) -> Content | None:
    """Draw the choice of a target and return it; None for an empty sum of maps."""
    rows = {row.name: row for row in target_rows()}
    if content["layer"] not in rows:
        warn(f"The network in use has no layer “{content['layer']}”; its last convolution is shown.")
        content["layer"] = [row.name for row in rows.values() if row.kind == "convolution"][-1]
    layer = st.selectbox(
        "Layer",
        list(rows),
        begin_at("oip.target.layer", list(rows), content["layer"]),
        key="oip.target.layer",
        help="The layer whose maps or nodes look for their pattern.",
    )
    row = rows[str(layer)]
    if row.kind == "dense":
        node = _number("Node", "oip.target.node", content["node"] or 0, row.shape[0] - 1)
        return {"layer": row.name, "map_index": None, "row": None, "column": None, "node": node, "maps": []}
    kind = st.segmented_control(
        "Target",
        list(KINDS),
        default=begin_with("oip.target.kind", _kind_of(content)),
        format_func=KINDS.__getitem__,
        key="oip.target.kind",
        help="What should react as strongly as possible.",
        required=True,
        wrap=True,
    )
    if kind == SUM:
        return _sum(content, row)
    map_index = node_row = node_column = None
    if kind != WHOLE:
        map_index = _number("Map", "oip.target.map", content["map_index"] or 0, row.shape[2] - 1)
    if kind == NODE:
        left, right = st.columns(2)
        with left:
            node_row = _number("Row", "oip.target.row", content["row"] or row.shape[0] // 2, row.shape[0] - 1)
        with right:
            node_column = _number(
                "Column", "oip.target.column", content["column"] or row.shape[1] // 2, row.shape[1] - 1
            )
    return {
        "layer": row.name, "map_index": map_index, "row": node_row, "column": node_column, "node": None, "maps": [],
    }  # fmt: skip


def _sum(content: Content, row: LayerRow) -> Content | None:
    known = {part["map_index"]: part["weight"] for part in content["maps"]} or {content["map_index"] or 0: 1.0}
    key = "oip.target.maps"
    # The number of maps may have become smaller with another layer.
    set_to(key, [number for number in st.session_state.get(key, known) if number < row.shape[2]])
    chosen = st.multiselect(
        f"Maps, 0 to {row.shape[2] - 1}",
        range(row.shape[2]),
        st.session_state[key],
        key=key,
        max_selections=MOST_SUMMED,
        help="The score is the sum of these maps' mean values, each times its weight.",
    )
    weights = [
        choice_widget(
            MapWeight.model_fields["weight"],
            f"oip.target.weights.{number}",
            known.get(number, 1.0),
            f"Weight of map {number}",
        )
        for number in chosen
    ]
    if not chosen:
        return None
    summed = [{"map_index": number, "weight": weight} for number, weight in zip(chosen, weights, strict=True)]
    # Only a link can ask for one node of a sum; the node of a single map that was chosen before does not count.
    node = {name: content[name] if content["maps"] else None for name in ("row", "column")}
    return {"layer": row.name, "map_index": None, "node": None, "maps": summed, **node}


def _kind_of(content: Content) -> str:
    if content["maps"]:
        return SUM
    if content["row"] is not None:
        return NODE
    return MAP if content["map_index"] is not None or content["node"] is not None else WHOLE


def _start(content: Content) -> Content:
    if content["source"] not in STARTS:
        warn("A start from a file is for the command line only; random fluctuations are taken instead.")
        content = FluctuationStart().model_dump(mode="json")
    sources = ["fluctuations", "digit"] + ["drawing"] * (content["source"] == "drawing")
    source = st.segmented_control(
        "Start from",
        sources,
        default=begin_with("oip.start.source", content["source"]),
        format_func=lambda name: SOURCES[name],
        key="oip.start.source",
        required=True,
        wrap=True,
    )
    if source != content["source"]:
        content = STARTS[str(source)]().model_dump(mode="json")
    if source == "digit":
        return content | choices_of(DigitStart, content, "oip.start", ("split", "index"))
    if source == "drawing":
        return content
    scales = range(len(content["grids"]))
    amplitudes = [
        st.slider(
            f"Scale {index + 1}: {content['grids'][index]}×{content['grids'][index]}",
            0.0,
            1.0,
            begin_with(f"oip.start.amplitudes.{index}", float(content["amplitudes"][index])),
            0.05,
            key=f"oip.start.amplitudes.{index}",
            help="How strong the fluctuations of this length scale are; 0 leaves them out.",
        )
        for index in scales
    ]
    content = content | {"amplitudes": amplitudes}
    content |= choices_of(FluctuationStart, content, "oip.start", ("strategy", "smoothing", "seed"))
    row = st.container(key="oip-dice", horizontal=True)
    row.button("New random start", icon=":material/casino:", on_click=_another_throw)
    with row.popover("Grids and stages", icon=":material/grid_on:"):
        st.caption("Points per side of each scale; and, for the staged strategy, the step after which it joins.")
        content["grids"] = [
            _number(f"Grid {index + 1}", f"oip.start.grids.{index}", content["grids"][index], 28, 1) for index in scales
        ]
        if content["strategy"] == "staged":
            content["stages"] = [
                _number(f"Stage {index + 1}", f"oip.start.stages.{index}", content["stages"][index], 5000)
                for index in scales
            ]
    return content


def _another_throw() -> None:
    st.session_state["oip.start.seed"] = int(st.session_state.get("oip.start.seed", 0)) + 1


def _number(label: str, key: str, value: int, last: int, first: int = 0) -> int:
    # The number of maps may have become smaller with another layer.
    value = set_to(key, min(int(st.session_state.get(key, value)), last))
    return int(st.number_input(f"{label}, {first} to {last}", first, last, value, 1, key=key))
