"""The recipe of a training."""

from typing import Any, Literal, Self

from pydantic import field_validator, model_validator

from mnistlab.recipes.base import choice
from mnistlab.recipes.data_sets import DATA_NAME, DIGITS, LEAST_TRAINING, DataName, data_set, is_brought
from mnistlab.recipes.network import NetworkRecipe
from mnistlab.recipes.run import RunRecipe

Optimizer = Literal["rmsprop", "adam", "nadam", "adamax", "sgd"]
Engine = Literal["tensorflow", "compiled"]
# As many as somebody looks through by eye, and a link still holds.
MOST_LEFT_OUT = 500
OPTIMIZERS_WITH_MOMENTUM: tuple[Optimizer, ...] = ("rmsprop", "sgd")


class TrainingRecipe(RunRecipe):
    """Train a network on digits; the defaults are those of the article series, for five epochs."""

    kind: Literal["training"] = "training"
    network: NetworkRecipe = choice(NetworkRecipe(), title="Network", help="The layers and what they do.")
    data: DataName = choice(
        "mnist",
        pattern=DATA_NAME,
        title="Digits",
        help="MNIST: 70,000 handwritten digits. Embedded: digits drawn by a small generator, always at hand. Others are those brought on the page Lab.",
    )
    train_size: int = choice(
        60_000,
        ge=LEAST_TRAINING,
        le=60_000,
        step=100,
        title="Training digits",
        help="How many digits the network learns from. Fewer is quicker, and shows what overfitting looks like.",
    )
    epochs: int = choice(5, ge=1, le=200, title="Epochs", help="How often the network sees every training digit.")
    batch_size: int = choice(
        64, ge=8, le=1024, step=8, title="Batch size", help="Digits after which the weights change once."
    )
    optimizer: Optimizer = choice(
        "rmsprop", title="Optimiser", help="The rule that turns the gradient of the loss into a change of the weights."
    )
    momentum: float = choice(
        0.5,
        ge=0.0,
        le=0.99,
        step=0.01,
        title="Momentum",
        help="How much of the last change is carried into the next; used by rmsprop and sgd only.",
    )
    learning_rate: float = choice(
        0.001, ge=1e-6, le=1.0, title="Learning rate", help="How far the weights move along the gradient, at the start."
    )
    schedule: Literal["power", "exponential"] | None = choice(
        "power",
        title="Schedule",
        help="How the learning rate shrinks. Power: rate / (1 + decay · batches / steps). "
        "Exponential: rate · decay ^ (batches / steps).",
    )
    decay_steps: int = choice(
        1, ge=1, le=1_000_000, title="Decay steps", help="The number of batches the decay is counted in."
    )
    decay_rate: float = choice(
        0.001, ge=0.0, le=1.0, title="Decay", help="How strongly the learning rate shrinks per decay step."
    )
    seed: int = choice(
        0,
        ge=0,
        le=2**31 - 1,
        title="Seed",
        help="Decides start weights and the order of the digits. The same seed gives the very same network again.",
    )
    initial: str | None = choice(
        None,
        max_length=200,
        pattern=(
            r"^[A-Za-z0-9_-]+(@[0-9]+)?$",
            "the id of a run, with @ and the number of an epoch where one is meant",
        ),
        title="Start from",
        help="Start from the weights of an earlier run (its id; id@0 for its start weights, id@3 for those after epoch 3).",
    )

    without: str = choice(
        "",
        max_length=6 * MOST_LEFT_OUT,
        pattern=(
            rf"^([0-9]{{1,5}}(,[0-9]{{1,5}}){{0,{MOST_LEFT_OUT - 1}}})?$",
            f"at most {MOST_LEFT_OUT} numbers of training digits with commas between them, or nothing",
        ),
        title="Left out",
        help="Numbers of training digits the network does not learn from, such as those with a wrong label; counted from 0.",
        # Older recipes leave out none and keep their digest, as networks of ten classes do (docs/decisions/0027).
        exclude_if=lambda numbers: not numbers,
    )

    engine: Engine = choice(
        "tensorflow",
        title="Engine",
        help="What computes the training: TensorFlow, or our own compiled loops, which take half the time for the networks that they know. "
        "Both learn equally well; their weights differ by rounding.",
        # A recipe that names none is one of TensorFlow and keeps its digest and its weights (docs/decisions/0050).
        exclude_if=lambda engine: engine == "tensorflow",
    )

    @field_validator("without")
    @classmethod
    def _in_order(cls, numbers: str) -> str:
        # The same digits in another order are the same training.
        return ",".join(str(number) for number in sorted({int(number) for number in numbers.split(",") if number}))

    @model_validator(mode="before")
    @classmethod
    def _fit_a_set_that_was_brought(cls, content: Any) -> Any:
        return fitted(content)

    @model_validator(mode="after")
    def _must_have_digits_enough(self) -> Self:
        if (train := data_set(self.data).train) < self.train_size and is_brought(self.data):
            raise ValueError(
                f"{data_set(self.data).title} has {train} training digits; a training needs {LEAST_TRAINING} at least."
            )
        return self

    @model_validator(mode="after")
    def _must_have_an_output_for_each_class(self) -> Self:
        classes = len(data_set(self.data).classes)
        if self.network.classes != classes:
            title = data_set(self.data).title
            raise ValueError(f"{title} has {classes} classes, and the network has {self.network.classes} outputs.")
        return self

    @model_validator(mode="after")
    def _must_be_known_to_its_engine(self) -> Self:
        if self.engine == "compiled" and (reason := not_compiled(self)):
            raise ValueError(f"The compiled loops cannot train this: {reason}. Take the engine “tensorflow”.")
        return self

    @model_validator(mode="after")
    def _must_leave_some(self) -> Self:
        if self.without and self.learnt < LEAST_TRAINING:
            raise ValueError(
                f"A training needs {LEAST_TRAINING} digits at least; {self.learnt} are left of {self.train_size}. Leave out fewer."
            )
        return self

    @property
    def left_out(self) -> tuple[int, ...]:
        """The numbers of the digits that are left out of the first `train_size`."""
        return tuple(number for text in self.without.split(",") if text and (number := int(text)) < self.train_size)

    @property
    def learnt(self) -> int:
        """How many digits the network learns from."""
        return self.train_size - len(self.left_out)

    @property
    def network_name(self) -> str | None:
        """The network whose weights it starts from; None for new weights."""
        return self.initial

    def on_network(self, name: str) -> Self:
        """Return the same training from the weights of another network; unchanged if it starts from new weights."""
        return self if self.initial is None else self.model_copy(update={"initial": name})


def not_compiled(recipe: TrainingRecipe) -> str:
    """Return why the compiled loops cannot carry out a recipe, in words; "" if they can."""
    if any(stage.padding != "valid" for stage in recipe.network.conv):
        return "a convolution has the padding “same”"
    if recipe.network.pooling != "max":
        return "its pools take the mean"
    if recipe.network.output_activation != "softmax":
        return "its outputs are no softmax"
    if recipe.optimizer != "rmsprop":
        return f"its optimiser is {recipe.optimizer}"
    return ""


def with_best_engine(recipe: TrainingRecipe) -> TrainingRecipe:
    """Return the recipe of a new training: by the compiled loops where they can, by TensorFlow where not."""
    return recipe.model_copy(update={"engine": "tensorflow" if not_compiled(recipe) else "compiled"})


def fitted(content: Any) -> Any:
    """Return the content of a recipe with the defaults that fit a set that was brought, in `train_size` and `network`; other content unchanged."""
    # The defaults are MNIST's: of a smaller set all digits are learned from, and a network that says nothing else (ten is not written down) has
    # an output for each of its classes.
    if not isinstance(content, dict) or not isinstance(name := content.get("data"), str) or not is_brought(name):
        return content
    found = data_set(name)
    fit, size, network = dict(content), content.get("train_size", 60_000), content.get("network", {})
    if isinstance(size, int) and size > found.train >= LEAST_TRAINING:
        fit["train_size"] = found.train
    if isinstance(network, dict) and network.get("classes", len(DIGITS)) == len(DIGITS):
        fit["network"] = {**network, "classes": len(found.classes)}
    return fit


def learning_rate_after(recipe: TrainingRecipe, batches: int) -> float:
    """Return the learning rate after `batches` batches (article series; Keras' schedules of the same names)."""
    if recipe.schedule == "power":
        return recipe.learning_rate / (1 + recipe.decay_rate * batches / recipe.decay_steps)
    if recipe.schedule == "exponential":
        return float(recipe.learning_rate * recipe.decay_rate ** (batches / recipe.decay_steps))
    return recipe.learning_rate


def batches_per_epoch(recipe: TrainingRecipe) -> int:
    """Return the number of batches in one epoch; the last may be smaller."""
    return -(-recipe.learnt // recipe.batch_size)
