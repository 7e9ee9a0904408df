"""The choice of a training's digits: which set, and how many of it; the network gets an output for each of its classes."""

from pydantic.fields import FieldInfo

from mnistlab.recipes import TrainingRecipe
from mnistlab.recipes.data_sets import DATA_SETS, LEAST_TRAINING, DataName, DataSet, is_brought
from mnistlab.ui.mends.beginning import begin_at, begin_with
from mnistlab.ui.mends.reading import st
from mnistlab.ui.shell.digits import title_of, visible_sets
from mnistlab.ui.state.content import Content
from mnistlab.ui.state.recipe_form import choices_of

# Step of the slider where the number of digits allows it.
STEP = 100


def choose_set(value: DataName, field: FieldInfo) -> DataName:
    """Ask for the set of digits."""
    options = list(dict.fromkeys([*(known.name for known in DATA_SETS), *visible_sets(), value]))
    chosen: DataName = st.selectbox(
        field.title or "",
        options,
        begin_at("train.data", options, value),
        format_func=lambda name: title_of(name) if is_brought(name) else name,
        key="train.data",
        help=field.description,
    )
    return chosen


def choose_size(content: Content, chosen: DataSet) -> int:
    """Ask for the number of training digits, at most as many as the set has."""
    field = TrainingRecipe.model_fields["train_size"]
    size = int(content.get("train_size", field.default))
    if not chosen.is_brought:
        return int(choices_of(TrainingRecipe, content, "train", ("train_size",))["train_size"])
    if chosen.train <= LEAST_TRAINING:
        return LEAST_TRAINING
    # Of its own key, so that the number of another set is no value of this slider.
    key = f"train.train_size.{chosen.name}"
    step = STEP if (chosen.train - LEAST_TRAINING) % STEP == 0 and min(size, chosen.train) % STEP == 0 else 1
    return int(
        st.slider(
            field.title or "",
            LEAST_TRAINING,
            chosen.train,
            begin_with(key, min(size, chosen.train)),
            step,
            key=key,
            help=field.description,
        )
    )


def with_classes(network: Content, chosen: DataSet) -> Content:
    """Return the content of a network with an output for each class; ten are not written down (docs/decisions/0027)."""
    others = {name: value for name, value in network.items() if name != "classes"}
    return others if len(chosen.classes) == 10 else {**others, "classes": len(chosen.classes)}
