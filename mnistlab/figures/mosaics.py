"""The maps of a layer -> a sheet with all of them, numbered, and a sentence."""

import numpy as np
from numpy.typing import NDArray

from mnistlab.figures.sheet import Sheet
from mnistlab.pictures.encoding import png_address
from mnistlab.pictures.mosaics import grid_for, mosaic, steps_of
from mnistlab.recipes.views import Colours, ColourScale
from mnistlab.wording import in_digits

# Colour of the chosen map's frame, visible on every colour map and theme.
FRAME = "#D55E00"
# Note on a map that reacts to no test digit; its number gets a cross.
DEAD = "dead: reacts to none of the test digits"
# Scales on which a weak map looks as bright as a strong one.
OWN_SCALES: tuple[ColourScale, ...] = ("map", "articles")
SCALE_WORDS: dict[ColourScale, str] = {
    "map": "each map has its own colour scale",
    "layer": "one colour scale for the whole layer",
    "global": "one colour scale for all layers",
    "articles": "each map standardised, times 64, plus 128, clipped",
}


def map_sheet(
    maps: NDArray[np.float32],
    scale: ColourScale,
    colours: Colours,
    limits: tuple[float, float],
    notes: list[str] | None = None,
) -> Sheet:
    """Return a sheet of maps (rows, columns, maps).

    Arguments:
        maps: the output of a layer for one digit.
        scale: scale of the colours.
        colours: name of the colour map.
        limits: smallest and largest value of all layers, for the global scale.
        notes: a short note about each map, shown with its values.
    """
    grid = grid_for(maps.shape)
    numbers = range(maps.shape[2])
    words = [f"{index} ✕" if notes and notes[index] == DEAD else str(index) for index in numbers]
    return Sheet(
        png_address(mosaic(steps_of(maps, scale, limits), grid, colours)),
        grid,
        numbers,
        words,
        _labels(maps, notes),
        _strengths(maps) if has_lines(maps, scale) else (),
    )


def has_lines(maps: NDArray[np.float32], scale: ColourScale) -> bool:
    """Return whether lines above the maps show their strengths, because the colours do not."""
    return maps.shape[:2] != (1, 1) and scale in OWN_SCALES


def _strengths(maps: NDArray[np.float32]) -> list[float]:
    """Return the largest value of each map relative to that of the strongest map, 0 to 1."""
    peaks = maps.max(axis=(0, 1))
    shares = np.clip(peaks / (peaks.max() or 1), 0, 1)
    return [round(float(share), 3) for share in shares]


def sentence(layer: str, maps: NDArray[np.float32], scale: ColourScale) -> str:
    """Return a description of the sheet: the number of maps or nodes, the strongest, and how many are silent."""
    peaks = maps.max(axis=(0, 1))
    word = "nodes" if maps.shape[:2] == (1, 1) else f"maps of {maps.shape[0]}×{maps.shape[1]} nodes"
    strongest = int(peaks.argmax())
    silent = int((maps == 0).all(axis=(0, 1)).sum())
    text = f"{layer}: {maps.shape[2]} {word}; the strongest is number {strongest} with {in_digits(peaks[strongest], 3)}"
    if silent:
        text += f"; {silent} stay{'s' if silent == 1 else ''} at zero"
    if maps.shape[:2] != (1, 1) or scale in ("global",):
        text += f"; {SCALE_WORDS[scale]}"
    if has_lines(maps, scale):
        text += ", and the line above it tells how strong it is beside the others"
    return text + "."


def _labels(maps: NDArray[np.float32], notes: list[str] | None) -> list[str]:
    peaks, means = maps.max(axis=(0, 1)), maps.mean(axis=(0, 1))
    if maps.shape[:2] == (1, 1):
        texts = [f"node {index}: {in_digits(peak)}" for index, peak in enumerate(peaks)]
    else:
        texts = [
            f"map {index}: largest {in_digits(peak)}, mean {in_digits(mean)}"
            for index, (peak, mean) in enumerate(zip(peaks, means, strict=True))
        ]
    return [f"{text}; {note}" if note else text for text, note in zip(texts, notes or [""] * len(texts), strict=True)]
