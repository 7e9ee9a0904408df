"""A curve -> a tone that rises and falls with it, for those who would rather hear it, or cannot see it."""

import io
import wave
from collections.abc import Sequence

import numpy as np

RATE, SECONDS = 8_000, 3.0
# Lowest and highest pitch, two octaves that small loudspeakers play and most people hear.
LOW, HIGH = 220.0, 880.0
# A click at the ends is louder than the tone.
FADE_SECONDS, LOUDNESS = 0.02, 0.4


def tone(values: Sequence[float], logarithmic: bool = False) -> bytes:
    """Return a WAV file of 3 seconds, 16 bits, in which pitch follows a curve from left to right: the least value is lowest.

    Arguments:
        values: at least one finite number; a curve that does not move is heard as one tone in the middle.
        logarithmic: whether pitch follows the logarithm, as for a loss, which falls by factors; values above 0 only.
    """
    heights = np.asarray(values, float)
    if logarithmic:
        heights = np.log(np.maximum(heights, 1e-9))
    low, high = heights.min(), heights.max()
    shares = np.full(len(heights), 0.5) if high <= low else (heights - low) / (high - low)
    times = np.linspace(0, 1, int(RATE * SECONDS))
    along = np.interp(times, np.linspace(0, 1, len(shares)), shares) if len(shares) > 1 else np.full(len(times), 0.5)
    # Equal steps of height are equal musical steps.
    pitch = LOW * (HIGH / LOW) ** along
    sound = LOUDNESS * np.sin(2 * np.pi * np.cumsum(pitch) / RATE)
    fade = np.minimum(1, np.minimum(times, 1 - times) * SECONDS / FADE_SECONDS)
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(RATE)
        writer.writeframes((32_767 * sound * fade).astype("<i2").tobytes())
    return file.getvalue()
