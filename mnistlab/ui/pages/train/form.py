"""The sliders of a training, in groups -> a training recipe."""

from typing import Any

from mnistlab.data.sources import find_source
from mnistlab.errors import DataError, MnistlabError, RecipeError
from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.data_sets import MNIST, data_set, is_brought
from mnistlab.recipes.network import (
    ConvStage,
    DenseStage,
    NetworkRecipe,
    convolution_name,
    dense_name,
    layer_rows,
    pool_name,
)
from mnistlab.recipes.training import (
    OPTIMIZERS_WITH_MOMENTUM,
    batches_per_epoch,
    learning_rate_after,
    with_best_engine,
)
from mnistlab.store.models import initial_network
from mnistlab.ui.mends.beginning import begin_at, begin_with
from mnistlab.ui.mends.reading import reading, st
from mnistlab.ui.pages.train.digits import choose_set, choose_size, with_classes
from mnistlab.ui.pages.train.left_out import draw_left_out, keep_left_out
from mnistlab.ui.parts.table import draw_table
from mnistlab.ui.parts.text import fail
from mnistlab.ui.shell import services
from mnistlab.ui.shell.frame import data_in_use
from mnistlab.ui.shell.run_choice import TRAINED, runs_to_choose
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.handout import draw_groups
from mnistlab.ui.state.recipe_form import choices_of
from mnistlab.ui.state.recipe_state import content_of, write_link

PAGE = "train"
MOST_STAGES = 4
# By the names that a link can hide them by.
TABS = {
    "network": "Network",
    "digits": "Digits",
    "optimizer": "Optimiser",
    "schedule": "Schedule",
    "regularizer": "Regulariser",
}
NEW_WEIGHTS = "new"


def draw_form() -> TrainingRecipe | None:
    """Draw all groups and return the recipe; None, with the reason on the page, if it is invalid."""
    content, schedule_container = _choose()
    try:
        recipe = TrainingRecipe.read(content)
    except RecipeError as error:
        fail(str(error))
        write_link(None, PAGE)
        return None
    write_link(recipe, PAGE)
    total = recipe.epochs * batches_per_epoch(recipe)
    schedule_container.caption(
        f"From {recipe.learning_rate:g} at the start to {learning_rate_after(recipe, total):.3g} after {total:,} batches."
    )
    try:
        check_at_hand(recipe)
    except MnistlabError as error:
        fail(str(error))
        return None
    return with_best_engine(recipe)


def read_form() -> TrainingRecipe:
    """Return the recipe as the widgets stand at this moment; for callbacks.

    Raises:
        MnistlabError: if it is invalid, or its digits or weights are missing.
    """
    with reading():
        recipe = TrainingRecipe.read(_choose()[0])
    check_at_hand(recipe)
    return with_best_engine(recipe)


def _choose() -> tuple[Content, Any]:
    """Draw all groups; return the recipe's content, and the container for the summary of the schedule."""
    in_use = data_in_use()
    content = content_of(TrainingRecipe, PAGE, **({} if in_use == MNIST.name else {"data": in_use}))
    # That of a run whose choices are used again; which one takes up the form's choices depends on them.
    content.pop("engine", None)
    network, digits, optimizer, schedule, regularizer = draw_groups(TABS)
    with network:
        content["network"] = _network(content["network"])
    with digits:
        before = content["data"]
        content["data"] = choose_set(before, TrainingRecipe.model_fields["data"])
        content["train_size"] = choose_size(content, data_set(content["data"]))
        keep_left_out(content, before)
        draw_left_out(content)
        content |= choices_of(TrainingRecipe, content, "train", ("epochs", "batch_size", "seed"))
        content["initial"] = _initial(content["initial"])
    content["network"] = with_classes(content["network"], data_set(content["data"]))
    with optimizer:
        content |= choices_of(TrainingRecipe, content, "train", ("optimizer", "learning_rate"))
        if content["optimizer"] in OPTIMIZERS_WITH_MOMENTUM:
            content |= choices_of(TrainingRecipe, content, "train", ("momentum",))
    with schedule:
        content |= choices_of(TrainingRecipe, content, "train", ("schedule",))
        if content["schedule"] is not None:
            content |= choices_of(TrainingRecipe, content, "train", ("decay_rate", "decay_steps"))
        schedule_container = st.empty()
    with regularizer:
        names = ("regularizer", "regularizer_strength") if content["network"]["regularizer"] else ("regularizer",)
        content["network"] |= choices_of(NetworkRecipe, content["network"], "train.network", names)
    return content, schedule_container


def check_at_hand(recipe: TrainingRecipe) -> None:
    """Raise `MnistlabError` if the digits or initial weights of a training are missing."""
    if find_source(data_set(recipe.data)) is None:
        if is_brought(recipe.data):
            raise DataError("This set of digits is not here any more; it may have been deleted. Choose another.")
        raise DataError("MNIST is not on this machine. Choose the embedded digits, or fetch MNIST on the page Lab.")
    initial_network(recipe, services.store())


def draw_layers(recipe: TrainingRecipe) -> None:
    """Draw the table of layers with output shapes and parameters."""
    rows = layer_rows(recipe.network)
    total = sum(row.parameters for row in rows)
    draw_table(
        ("Layer", "Output", "Parameters"),
        [
            (row.name, " × ".join(str(side) for side in row.shape), f"{row.parameters:,}" if row.parameters else "–")
            for row in rows
        ],
        ("Total", "", f"{total:,}"),
    )


def _network(content: Content) -> Content:
    stages = _how_many(
        "train.network.convs", "Convolutions", content["conv"], 1, max(MOST_STAGES, len(content["conv"]))
    )
    pools = _pools(content, len(stages))
    for index, stage in enumerate(stages):
        path = f"train.network.conv.{index}"
        # Of keys below its choices', so that a link that hides those hides it.
        st.container(key=f"{path}.name").markdown(f"**{convolution_name(index + 1)}**")
        # Two rows: four beside each other leave no room for a choice's words beside the curves.
        maps, kernel = st.columns(2)
        activation, rim = st.columns(2)
        with maps:
            stages[index] = stage | choices_of(ConvStage, stage, path, ("filters",))
        with kernel:
            stages[index] |= choices_of(ConvStage, stages[index], path, ("kernel",))
        with activation:
            stages[index] |= choices_of(ConvStage, stages[index], path, ("activation",))
        with rim:
            stages[index] |= choices_of(ConvStage, stages[index], path, ("padding",))
        # Of its own key, so that it does not become one between two convolutions when there are more.
        key = "last" if index == len(stages) - 1 else index
        # Which is chosen further down.
        pooling = st.session_state.get("train.network.pooling", content.get("pooling", "max"))
        pools[index] = _pool(pool_name(index + 1, pooling), key, pools[index])
    if pools[-1] == 1:
        # After the last convolution no pool is none at all; between two there is one that changes nothing.
        pools.pop()
    dense = content["dense"] or [DenseStage().model_dump()]
    denses = _how_many("train.network.denses", "Hidden dense layers", content["dense"], 0, 4, filler=dense[-1])
    for index, stage in enumerate(denses):
        path = f"train.network.dense.{index}"
        st.container(key=f"{path}.name").markdown(f"**{dense_name(index + 1)}**")
        nodes, activation = st.columns([9, 4])
        with nodes:
            denses[index] = stage | choices_of(DenseStage, stage, path, ("units",))
        with activation:
            denses[index] |= choices_of(DenseStage, stage, path, ("activation",))
    output = choices_of(NetworkRecipe, content, "train.network", ("pooling", "output_activation"))
    if all(size == 1 for size in pools):
        # Without a pool it is the same network either way, and has one digest.
        output["pooling"] = "max"
    return content | {"conv": stages, "pool": pools, "dense": denses} | output


def _pools(content: Content, count: int) -> list[int]:
    """Return the pool behind each of `count` convolutions, as the recipe has it or as its last one."""
    present = content["pool"] or [2]
    after_last = present[count - 1] if len(content["pool"]) == len(content["conv"]) == count else 1
    return [present[min(place, len(present) - 1)] for place in range(count - 1)] + [after_last]


def _pool(name: str, key: int | str, size: int) -> int:
    """Ask for the pool behind a convolution."""
    key = f"train.network.pool.{key}"
    return int(
        st.segmented_control(
            name,
            options=[1, 2, 3, 4],
            format_func=lambda size: "none" if size == 1 else f"{size}×{size}",
            default=begin_with(key, size),
            key=key,
            help=NetworkRecipe.model_fields["pool"].description,
            required=True,
        )
        or size
    )


def _how_many(
    key: str, label: str, present: list[Content], least: int, most: int, filler: Content | None = None
) -> list[Content]:
    """Draw the number of layers; return that many, where new layers are copies of the last."""
    count = st.segmented_control(
        label, list(range(least, most + 1)), default=begin_with(key, len(present)), key=key, required=True
    )
    stages = [dict(stage) for stage in present[:count]]
    more = int(count or 0) - len(stages)
    return stages + [dict(stages[-1] if stages else filler or {}) for _ in range(more)]


def _initial(value: str | None) -> str | None:
    field = TrainingRecipe.model_fields["initial"]
    names = {NEW_WEIGHTS: "new weights, drawn by the seed", "reference": "the reference network"}
    for run in runs_to_choose(TRAINED, "train.initial", [value, st.session_state.get("train.initial")]):
        names[run.id] = f"{run.name()}, trained"
        names[f"{run.id}@0"] = f"{run.name()}, its start weights"
    names.setdefault(value or NEW_WEIGHTS, str(value))
    chosen = st.selectbox(
        field.title or "",
        options=list(names),
        index=begin_at("train.initial", list(names), value or NEW_WEIGHTS),
        format_func=lambda name: names.get(name, name),
        key="train.initial",
        help=field.description,
    )
    return None if chosen == NEW_WEIGHTS else str(chosen)
