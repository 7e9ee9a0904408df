"""Draw the sample pictures of the page Dream into assets/pictures: `python scripts/draw_pictures.py [NAME …]`.

Each is computed from noise and geometry, so that mnistlab has pictures of its own: things with large shapes and much fine detail,
as photos have them.
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 1120
# Drawn larger and made smaller, so that no edge is jagged.
OVERSAMPLING = 2
FOLDER = Path(__file__).parents[1] / "assets" / "pictures"
Field = NDArray[np.float64]


def noise(shape: tuple[int, int], scale: float, seed: int, octaves: int = 6, roughness: float = 0.5) -> Field:
    """Return fractal noise in [-1, 1]: random values on grids, each twice as fine and weaker; `scale`: patches across the width."""
    rng, total = np.random.default_rng(seed), np.zeros(shape)
    weight = 1.0
    for octave in range(octaves):
        count = scale * 2**octave
        rows, columns = (max(2, int(np.ceil(count * length / shape[1])) + 1) for length in shape)
        grid = rng.uniform(-1, 1, (rows, columns)).astype(np.float32)
        total += weight * np.asarray(Image.fromarray(grid).resize(shape[::-1], Image.Resampling.BICUBIC), float)
        weight *= roughness
    return total / np.abs(total).max()


def mix(first: Field, second: Field, share: Field) -> Field:
    """Return colours between two, by a share (rows, columns)."""
    return first + (second - first) * np.clip(share, 0, 1)[..., None]


def colour(*values: float) -> Field:
    """Return red, green and blue from 0 to 255 as one pixel."""
    return np.array(values, float)[None, None] / 255


def smooth(low: float, high: float, values: Field) -> Field:
    """Return 0 below `low`, 1 above `high`, and a smooth slope between."""
    share = np.clip((values - low) / (high - low), 0, 1)
    return share * share * (3 - 2 * share)


def plane(side: int) -> tuple[Field, Field]:
    """Return x and y from -1 to 1."""
    line = np.linspace(-1, 1, side)
    return np.meshgrid(line, line)


def flower(side: int) -> Field:
    """A dahlia before a blurred garden: rings of petals, the inner ones over the outer ones."""
    x, y = plane(side)
    picture = mix(colour(38, 62, 40), colour(120, 150, 84), 0.5 + 0.7 * noise((side, side), 3, 1, 3))
    picture = mix(
        picture, np.broadcast_to(colour(220, 214, 150), picture.shape), smooth(0.35, 0.9, noise((side, side), 5, 2, 2))
    )
    cx, cy = x - 0.06, y + 0.05
    radius, angle = np.hypot(cx, cy), np.arctan2(cy, cx)
    vein = noise((side, side), 60, 3, 2)
    for ring in range(9):
        outer = 0.86 - 0.088 * ring
        petals = 21 - ring
        turn = angle * petals / (2 * np.pi) + 0.5 * (ring % 2) + 0.13 * np.sin(3 * angle + ring)
        number = np.floor(turn)
        across = 2 * (turn - number) - 1
        # Petals are counted round, so that the last is the neighbour of the first.
        bend = 0.06 * np.sin(12.9898 * (number % petals) + ring)
        length = outer * (1 + bend) * (1 - 0.32 * np.abs(across) ** 2.2)
        inside = smooth(0, 0.006, length - radius)
        along = np.clip(radius / length, 0, 1)
        light = 0.55 + 0.5 * (1 - across**2) * smooth(0.2, 1, along) - 0.22 * np.exp(-((across / 0.09) ** 2))
        light *= 0.75 + 0.35 * np.cos(angle + 2.2)
        light -= 0.28 * smooth(0.5, 0.0, along - 0.35)
        light += 0.05 * vein * np.sin(26 * across)
        petal = mix(colour(150, 26, 60), colour(250, 178, 150), 0.15 + 0.1 * ring / 9 + 0.55 * along * light)
        petal = petal * np.clip(light, 0.12, 1.25)[..., None]
        shadow = smooth(0.05, -0.005, np.abs(radius - length) - 0.004) * (radius > length)
        picture *= 1 - 0.35 * shadow[..., None]
        picture = mix(picture, petal, inside)
    grain = noise((side, side), 90, 4, 2)
    heart = smooth(0.105, 0.09, radius)
    dots = 0.5 + 0.5 * np.cos(angle * 13 + 95 * radius) * np.cos(angle * 21 - 80 * radius)
    return mix(picture, mix(colour(92, 44, 12), colour(255, 206, 70), 0.2 + 0.8 * dots + 0.2 * grain), heart)


def hills(side: int) -> Field:
    """Ridges behind each other at dawn, over a lake that mirrors them."""
    x, y = plane(side)
    picture = mix(colour(74, 104, 160), colour(255, 206, 150), smooth(-1.0, 0.15, y))
    cloud = noise((side, side), 3, 11, 7, 0.55) * smooth(0.2, -0.4, y)
    stretched = np.asarray(Image.fromarray(cloud.astype(np.float32)).resize((side * 3, side))).astype(float)[:, :side]
    picture = mix(picture, np.broadcast_to(colour(255, 236, 214), picture.shape), 1.5 * smooth(0.05, 0.6, stretched))
    sun = np.hypot(x - 0.42, y + 0.28)
    picture = mix(
        picture,
        np.broadcast_to(colour(255, 248, 224), picture.shape),
        smooth(0.105, 0.095, sun) + 0.5 * np.exp(-sun / 0.16),
    )
    shore = 0.42
    for ridge in range(5):
        depth = ridge / 4
        line = -0.30 + 0.17 * ridge + (0.34 - 0.05 * ridge) * noise((1, side), 2.2 + ridge, 20 + ridge, 8, 0.5)[0]
        rock = noise((side, side), 9 + 8 * ridge, 30 + ridge, 6, 0.62)
        slope = np.gradient(rock, axis=1) * side / 26
        shade = mix(colour(150, 152, 178), colour(36, 56, 44), np.full((side, side), depth))
        shade = shade * (0.85 + 0.5 * np.clip(slope, -1, 1) * (0.35 + 0.65 * depth))[..., None]
        haze = smooth(0.0, 0.5, y - line[None]) * (1 - depth) * 0.65
        picture = mix(
            picture,
            mix(shade, np.broadcast_to(colour(236, 206, 186), picture.shape), haze),
            smooth(0, 0.004, y - line[None]),
        )
    rows = np.arange(side)
    edge = int((shore + 1) / 2 * side)
    wave = noise((side, side), 26, 50, 3)
    depth_rows = np.clip((rows - edge) / (side - edge), 0, 1)
    source = np.clip(2 * edge - rows[:, None] + (26 * wave * depth_rows[:, None]).astype(int), 0, side - 1)
    mirrored = np.take_along_axis(picture, np.repeat(source[..., None], 3, axis=2), axis=0) * 0.78
    long = np.asarray(Image.fromarray(wave.astype(np.float32)).resize((side * 4, side)))[:, :side].astype(float)
    mirrored = mix(
        mirrored,
        np.broadcast_to(colour(255, 226, 186), picture.shape),
        0.5 * smooth(0.2, 0.6, long) * depth_rows[:, None],
    )
    return mix(picture, mirrored, smooth(-0.002, 0.002, y - shore))


def sea(side: int) -> Field:
    """A lighthouse on a rock, waves, and clouds with the moon."""
    x, y = plane(side)
    cloud = noise((side, side), 3, 70, 8, 0.58)
    glow = np.hypot(x + 0.45, y + 0.52)
    picture = mix(colour(22, 34, 66), colour(86, 112, 150), smooth(-1, 0.2, y) * 0.8)
    lit = smooth(-0.1, 0.7, cloud + 0.25 * np.exp(-glow / 0.3))
    picture = mix(
        picture,
        mix(
            colour(60, 76, 108),
            colour(214, 216, 220),
            0.25 + 0.9 * np.exp(-glow / 0.35) + 0.4 * np.gradient(cloud, axis=0) * side / 20,
        ),
        lit,
    )
    picture = mix(
        picture,
        np.broadcast_to(colour(255, 252, 232), picture.shape),
        smooth(0.115, 0.108, glow) + 0.55 * np.exp(-glow / 0.12),
    )
    horizon = 0.16
    depth = np.clip((y - horizon) / (1 - horizon), 1e-3, 1)
    far = 1 / (depth + 0.06)
    swell = np.zeros((side, side))
    for number, seed in enumerate(range(80, 86)):
        rng = np.random.default_rng(seed)
        frequency, lean = 2.1 * 1.6**number, rng.uniform(-0.6, 0.6)
        swell += (
            np.sin(frequency * (3.1 * far + lean * x * far) + 5 * noise((side, side), 2 + number, seed, 3))
            / 1.35**number
        )
    swell /= np.abs(swell).max()
    water = mix(colour(10, 26, 44), colour(110, 150, 170), 0.42 + 0.5 * swell)
    path = np.exp(-(((x + 0.45) / (0.10 + 0.28 * depth)) ** 2))
    water = mix(water, np.broadcast_to(colour(255, 248, 220), picture.shape), path * smooth(0.05, 0.55, swell))
    foam = smooth(0.55, 0.8, swell) * smooth(0.1, 0.5, depth) * (0.5 + 0.5 * noise((side, side), 70, 90, 3))
    water = mix(water, np.broadcast_to(colour(236, 244, 246), picture.shape), foam)
    picture = mix(picture, water, smooth(-0.002, 0.002, y - horizon))
    line = 0.34 - 0.42 * np.exp(-(((x - 0.62) / 0.30) ** 2)) + 0.10 * noise((1, side), 5, 91, 7)[0][None]
    rock = noise((side, side), 12, 92, 7, 0.62)
    stone = mix(
        colour(18, 20, 26), colour(128, 122, 116), 0.35 + 0.9 * np.gradient(rock, axis=1) * side / 40 + 0.3 * rock
    )
    line += 0.5 * smooth(0.5, 0.72, np.abs(x - 0.62)) * (x < 0.62)
    under = smooth(0.62, 0.5, y + 0.05 * noise((1, side), 9, 93, 5)[0][None])
    picture = mix(picture, stone, smooth(0, 0.004, y - line) * under)
    width = 0.062 - 0.028 * (0.02 - y) / 0.7
    across = (x - 0.62) / width
    tower = (np.abs(across) < 1) * smooth(-0.62, -0.616, y) * smooth(0.02, 0.0, y)
    bands = np.floor((y + 0.62) * 9) % 2
    round_light = 0.35 + 0.75 * np.sqrt(np.clip(1 - across**2, 0, 1)) * (0.7 - 0.4 * across)
    wall = mix(colour(240, 238, 230), colour(176, 34, 30), bands) * round_light[..., None]
    picture = mix(picture, wall, tower)
    room = (np.abs(x - 0.62) < 0.036) * (y > -0.72) * (y < -0.62)
    picture = mix(
        picture,
        np.broadcast_to(colour(255, 238, 170), picture.shape),
        room * (0.6 + 0.4 * (np.abs((x - 0.62) * 60 % 1 - 0.5) < 0.38)),
    )
    roof = (y < -0.72) * (y > -0.79) * (np.abs(x - 0.62) < 0.046 * (y + 0.79) / 0.07)
    picture = mix(picture, np.broadcast_to(colour(60, 26, 26), picture.shape), roof.astype(float))
    beam = np.exp(-((np.abs(y + 0.67 + 0.12 * (0.62 - x)) / (0.012 + 0.11 * np.clip(0.62 - x, 0, 2))) ** 2)) * (x < 0.6)
    return mix(picture, np.broadcast_to(colour(255, 244, 196), picture.shape), 0.34 * beam * np.exp(-(0.62 - x)))


PICTURES: dict[str, Callable[[int], Field]] = {"flower": flower, "hills": hills, "sea": sea}


def main(names: list[str]) -> None:
    """Draw the pictures named, all by default."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or PICTURES:
        values = PICTURES[name](SIDE * OVERSAMPLING)
        image = Image.fromarray(np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8))
        image = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        image.save(FOLDER / f"{name}.jpg", quality=88, optimize=True)
        print(name, (FOLDER / f"{name}.jpg").stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1:])
