"""All speed figures beside their references, measured alternately in the same run."""

import sys
from collections.abc import Callable, Sequence

from mnistlab.bench import Figures
from mnistlab.errors import MnistlabError

# Figures from one measurement are in one group.
MEASUREMENTS: dict[tuple[str, ...], str] = {
    ("gemm_gflops",): "mnistlab.cnn.bench.training:matrix_product",
    ("training_over_fit", "epoch_seconds"): "mnistlab.bench.training:training",
    ("oip_over_eager",): "mnistlab.cnn.bench.ascent:oip_over_eager",
    ("step_over_tf_keras_vis",): "mnistlab.cnn.bench.ascent:step_over_tf_keras_vis",
    ("gradient_over_gemm",): "mnistlab.cnn.bench.ascent:gradient_over_gemm",
    ("precursor_seconds",): "mnistlab.cnn.bench.ascent:precursor_seconds",
    ("atlas_seconds",): "mnistlab.cnn.bench.ascent:atlas_seconds",
    ("dream_seconds", "dream_levels_seconds", "dream_over_eager"): "mnistlab.cnn.bench.dream:dream_seconds",
    ("dream_mb",): "mnistlab.cnn.bench.dream:dream_megabytes",
    ("dream_preview_ms",): "mnistlab.bench.moves:preview",
    ("oip_redraw_ms",): "mnistlab.bench.moves:redraw",
    ("digit_layers_ms", "test_set_seconds"): "mnistlab.cnn.bench.layers:seeing",
    ("mosaic_ms",): "mnistlab.bench.mosaics:mosaic",
    ("first_page_seconds", "tick_ms", "server_mb"): "mnistlab.bench.pages:pages",
}
FIGURES = tuple(name for names in MEASUREMENTS for name in names)


def bench(names: Sequence[str]) -> Figures:
    """Measure the named figures (all if none), and return them with their references.

    Raises:
        MnistlabError: if there is no figure of that name.
    """
    if unknown := [name for name in names if name not in FIGURES]:
        raise MnistlabError(f"There is no figure “{unknown[0]}”; there are {', '.join(FIGURES)}.")
    figures: Figures = {}
    for group, function in MEASUREMENTS.items():
        if not names or set(names) & set(group):
            print(f"measuring {', '.join(group)} …", file=sys.stderr, flush=True)
            measured = _load(function)()
            for name, value in measured.items():
                print(f"  {name}: {value}", file=sys.stderr, flush=True)
            figures |= measured
    return figures


def _load(path: str) -> Callable[[], Figures]:
    from importlib import import_module

    module, _, function = path.partition(":")
    measure: Callable[[], Figures] = getattr(import_module(module), function)
    return measure
