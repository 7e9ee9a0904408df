"""A network recipe -> the lines of Python that build it with plain Keras, and that bring digits to its scale."""

from collections.abc import Iterator

from mnistlab.data.scaling import RANGES, WHITE
from mnistlab.errors import RecipeError
from mnistlab.recipes.network import FLATTEN, NetworkRecipe, convolution_name, dense_name, pool_name

# By a network's own mean and spread; the same as the templates have it.
STANDARDISED = '''\
def network_input(images):
    """Bring digits (count, 28, 28) uint8, each on its own, to mean 0 and spread 1."""
    grey = images.astype("float32") / 255
    grey -= grey.mean(axis=(1, 2), keepdims=True)
    return (grey / np.maximum(grey.std(axis=(1, 2), keepdims=True), 1 / 28))[..., None]
'''
SCALED = '''\
def network_input(images):
    """Bring digits (count, 28, 28) uint8 to the scale this network learned from."""
    return images.astype("float32")[..., None] * np.float32({factor!r}) + np.float32({shift!r})
'''
# Name of a layer, its class in Keras, and its arguments.
Line = tuple[str, str, list[str]]


def network_code(network: NetworkRecipe) -> str:
    """Return the code of the whole network, with its regularisers."""
    regularizer = ""
    if network.regularizer is not None:
        regularizer = f"keras.regularizers.{network.regularizer.upper()}({network.regularizer_strength!r})"
    return _sequential(list(_lines(network, regularizer)))


def code_up_to(layer: str, network: NetworkRecipe) -> str:
    """Return the code of the network up to a layer, the activation of its last weights apart, and the scale of its pictures.

    Raises:
        RecipeError: the network has no such layer.
    """
    lines = list(_lines(network))
    names = [name for name, *_ in lines]
    if layer not in names:
        raise RecipeError(f"The network has no layer “{layer}”.")
    lines = lines[: names.index(layer) + 1]
    _, _, last = next(line for line in reversed(lines) if line[1] in ("Conv2D", "Dense"))
    (given,) = (argument for argument in last if argument.startswith("activation="))
    last.remove(given)
    # Of the outputs the sums themselves, before softmax.
    activation = "linear" if layer == names[-1] else given.split('"')[1]
    found = RANGES.get(network.scaling)
    factor, shift = (1.0, 0.0) if found is None or network.scaling == "mnist" else (found.factor, found.shift)
    scale = f"FACTOR, SHIFT = {factor!r}, {shift!r}\n"
    return f"{_sequential(lines)}activation = keras.activations.{activation}\n{scale}"


def input_code(network: NetworkRecipe) -> str:
    """Return the function that brings digits to what the network takes in."""
    if network.scaling == "standardised":
        return f"{STANDARDISED}\n\n"
    found = RANGES[network.scaling]
    factor = (found.white - found.black) / WHITE
    return f"{SCALED.format(factor=factor, shift=float(found.black))}\n\n"


def _lines(network: NetworkRecipe, regularizer: str = "") -> Iterator[Line]:
    for number, stage in enumerate(network.conv, start=1):
        choices = [str(stage.filters), str(stage.kernel), f'activation="{stage.activation}"']
        yield convolution_name(number), "Conv2D", choices + ['padding="same"'] * (stage.padding == "same")
        if number <= len(network.pool):
            kind = "AveragePooling2D" if network.pooling == "average" else "MaxPooling2D"
            yield pool_name(number, network.pooling), kind, [str(network.pool[number - 1])]
    yield FLATTEN, "Flatten", []
    stages = [(stage.units, stage.activation) for stage in network.dense]
    for number, (units, activation) in enumerate([*stages, (network.classes, network.output_activation)], start=1):
        choices = [str(units), f'activation="{activation}"']
        yield dense_name(number), "Dense", choices + [f"kernel_regularizer={regularizer}"] * bool(regularizer)


def _sequential(lines: list[Line]) -> str:
    layers = ["keras.Input((28, 28, 1))"]
    for name, kind, arguments in lines:
        given = ", ".join([*arguments, f'name="{name}"'])
        layers.append(f"keras.layers.{kind}({given})")
    inside = "".join(f"        {layer},\n" for layer in layers)
    return f"network = keras.Sequential(\n    [\n{inside}    ]\n)\n"
