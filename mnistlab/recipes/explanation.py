"""The recipe of an explanation: which pixels of a digit an answer, or a map, rests on, and how far that can be believed."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from mnistlab.recipes.base import RecipePart, choice
from mnistlab.recipes.data_sets import MOST_CLASSES, Split
from mnistlab.recipes.digit import PIXELS_LENGTH, TEST_SIZE, TRAIN_SIZE
from mnistlab.recipes.network import IMAGE_SIZE, LAYER_NAME
from mnistlab.recipes.oip import model_choice
from mnistlab.recipes.run import RunRecipe
from mnistlab.recipes.target import LAST_MAP, LAST_NODE, TargetRecipe

MethodName = Literal[
    "gradient",
    "gradient_x_input",
    "smoothgrad",
    "integrated_gradients",
    "grad_cam",
    "layer_cam",
    "occlusion",
    "lrp_epsilon",
    "lrp_alpha_beta",
    "concept_relevance",
]
Baseline = Literal["blank", "blurred", "mean"]
Method = Annotated[MethodName, Field(title="Method", description="A method that says how much each pixel counts.")]
BASELINES = "blank: a picture of its darkest value; blurred: itself without detail; mean: the mean digit."


def _absent(value: object) -> bool:
    return value is None


class ExplainedDigit(RecipePart):
    """The digit: one of the set at hand, a drawing, or a file."""

    split: Split = choice("test", title="Set", help="Training digits or test digits.")
    index: int = choice(4, ge=0, le=TRAIN_SIZE - 1, title="Number", help="Which digit of the set, counted from 0.")
    # These two are left out where they are not given, so that a digit of the set is written as just that.
    pixels: str | None = choice(
        None,
        exclude_if=_absent,
        pattern=(rf"^[A-Za-z0-9_-]{{{PIXELS_LENGTH}}}$", f"a drawing as {PIXELS_LENGTH} letters, digits, - and _"),
        title="Pixels",
        help="A drawing in place of a digit of the set: its 784 grey values as base64 for links.",
    )
    path: str | None = choice(
        None,
        exclude_if=_absent,
        min_length=1,
        max_length=1000,
        title="File",
        help="An .npy file with 28×28 numbers in place of a digit of the set; on the command line only.",
    )

    @model_validator(mode="after")
    def _must_exist(self) -> Self:
        if self.pixels is not None and self.path is not None:
            raise ValueError("A digit is one thing, but “pixels” and “path” are both given. Leave one out.")
        if self.split == "test" and self.index >= TEST_SIZE:
            raise ValueError(f"There are {TEST_SIZE:,} test digits, counted from 0. Received: {self.index}.")
        return self


class WhyRecipe(RecipePart):
    """What is to be explained: a class, one class and not another (before softmax), or a map or node."""

    # (“class” is a word of Python, so the attribute has another name than the key.)
    model_config = ConfigDict(serialize_by_alias=True)

    class_: int | None = choice(
        None,
        alias="class",
        ge=0,
        le=MOST_CLASSES - 1,
        title="Why this class",
        help="The class to explain; none: the one that the network reads.",
    )
    against: int | None = choice(
        None,
        ge=0,
        le=MOST_CLASSES - 1,
        title="And not that",
        help="The class it is compared with: the difference of the two outputs before softmax is explained. None: no other.",
    )
    layer: str | None = choice(
        None,
        exclude_if=_absent,
        pattern=LAYER_NAME,
        title="Layer",
        help="In place of a class: the layer of a map or node.",
    )
    map_index: int | None = choice(
        None, exclude_if=_absent, ge=0, le=LAST_MAP, title="Map", help="Number of the map, counted from 0."
    )
    row: int | None = choice(
        None,
        exclude_if=_absent,
        ge=0,
        le=IMAGE_SIZE - 1,
        title="Row",
        help="Row of a single node of the map; none: the mean over all its nodes.",
    )
    column: int | None = choice(
        None,
        exclude_if=_absent,
        ge=0,
        le=IMAGE_SIZE - 1,
        title="Column",
        help="Column of a single node of the map; none: the mean over all its nodes.",
    )
    node: int | None = choice(
        None,
        exclude_if=_absent,
        ge=0,
        le=LAST_NODE,
        title="Node",
        help="Number of a node of a dense layer, counted from 0.",
    )

    @model_validator(mode="after")
    def _must_be_one_question(self) -> Self:
        place = {"map_index": self.map_index, "row": self.row, "column": self.column, "node": self.node}
        given = [name for name, value in place.items() if value is not None]
        if self.layer is None:
            if given:
                raise ValueError(f"“{given[0]}” needs the layer it belongs to. Give “layer”.")
        elif self.class_ is not None or self.against is not None:
            raise ValueError("A question is about a class or about a layer, not about both. Leave one out.")
        elif self.map_index is None and self.node is None:
            raise ValueError("A question about a layer needs “map_index” or, in a dense layer, “node”.")
        else:
            self._target_of(self.layer)
        if self.against is not None and self.against == self.class_:
            raise ValueError("A class is compared with another one. Give two different classes, or “against”: null.")
        return self

    @property
    def target(self) -> TargetRecipe | None:
        """The map or node as a target; None if the question is about classes."""
        return None if self.layer is None else self._target_of(self.layer)

    def _target_of(self, layer: str) -> TargetRecipe:
        return TargetRecipe(layer=layer, map_index=self.map_index, row=self.row, column=self.column, node=self.node)


class OcclusionChoice(RecipePart):
    """The square that is moved over the digit."""

    size: int = choice(2, ge=1, le=IMAGE_SIZE, title="Square", help="Side of the covering square, in pixels.")
    step: int = choice(1, ge=1, le=IMAGE_SIZE, title="Step", help="Pixels from one place of the square to the next.")
    fill: Baseline = choice("blank", title="Fill", help=f"What covers the pixels. {BASELINES.capitalize()}")

    @model_validator(mode="after")
    def _must_leave_no_gap(self) -> Self:
        if self.step > self.size:
            raise ValueError(
                f"A square of {self.size} pixels moved by {self.step} leaves pixels out. Use a step no larger than it."
            )
        return self


class ConceptChoice(RecipePart):
    """The map through which relevance is followed."""

    layer: str = choice("Conv2D_2", pattern=LAYER_NAME, title="Layer", help="The layer of the map.")
    map_index: int = choice(0, ge=0, le=LAST_NODE, title="Map", help="Number of the map or node, counted from 0.")


class ExplanationRecipe(RunRecipe):
    """Explain one answer of a network by several methods, and test each explanation."""

    kind: Literal["explanation"] = "explanation"
    model: str = model_choice()
    digit: ExplainedDigit = choice(ExplainedDigit(), title="Digit", help="The digit whose answer is explained.")
    why: WhyRecipe = choice(WhyRecipe(), title="Question", help="What is explained.")
    methods: tuple[Method, ...] = choice(
        (
            "gradient",
            "gradient_x_input",
            "smoothgrad",
            "integrated_gradients",
            "grad_cam",
            "occlusion",
            "lrp_epsilon",
            "lrp_alpha_beta",
        ),
        min_length=1,
        max_length=10,
        title="Methods",
        help="How it is explained.",
    )

    # What the methods can be set to.
    steps: int = choice(
        64, ge=1, le=1024, step=8, title="Steps", help="Integrated gradients: pictures from the baseline to the digit."
    )
    baseline: Baseline = choice(
        "blank",
        title="Baseline",
        help=f"Integrated gradients: what the digit is compared with. {BASELINES.capitalize()}",
    )
    samples: int = choice(
        50, ge=1, le=500, step=10, title="Samples", help="SmoothGrad: noisy copies whose gradients are averaged."
    )
    noise: float = choice(
        0.15,
        ge=0.0,
        le=1.0,
        step=0.05,
        title="Noise",
        help="SmoothGrad: standard deviation of the noise, as a share of the range from the darkest to the brightest pixel.",
    )
    seed: int = choice(
        0, ge=0, le=2**31 - 1, title="Seed", help="Decides the noise of SmoothGrad and the random order of the control."
    )
    cam_layer: str | None = choice(
        None,
        pattern=LAYER_NAME,
        title="Layer of the class maps",
        help="Grad-CAM and Layer-CAM: the convolution whose maps are weighted; none: the last one up to what is explained for "
        "Grad-CAM, the one before it for Layer-CAM.",
    )
    occlusion: OcclusionChoice = choice(
        OcclusionChoice(), title="Occlusion", help="The square that is moved over the digit."
    )
    epsilon: float = choice(
        1e-6,
        ge=1e-9,
        le=1.0,
        title="Epsilon",
        help="Layer-wise relevance: keeps shares finite where positive and negative ones nearly cancel.",
    )
    alpha: float = choice(
        2.0,
        ge=1.0,
        le=10.0,
        step=0.5,
        title="Alpha",
        help="Layer-wise relevance: weight of what speaks for a node; what speaks against it gets this less one.",
    )
    concept: ConceptChoice = choice(
        ConceptChoice(), title="Through which map", help="Concept relevance: the map through which it is followed."
    )

    @model_validator(mode="after")
    def _methods_must_differ(self) -> Self:
        if len(set(self.methods)) < len(self.methods):
            raise ValueError("A method stands twice in “methods”. Name each once.")
        return self
