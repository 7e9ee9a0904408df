"""Draw the sample pictures of the page Dream into assets/pictures: `python scripts/draw_pictures.py [NAME …]`.

Each is computed from noise and geometry, so that mnistlab has pictures of its own: things with large shapes and much fine detail,
as photos have them. They are composed off the middle lines: there the borders of tiles run, and detail of the picture's own would be
measured as a seam.
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
# Below this the edges of JPEG's blocks show, and those lie on the borders of tiles.
QUALITY = 94
FOLDER = Path(__file__).parents[1] / "assets" / "pictures"
Field = NDArray[np.float64]


def noise(shape: tuple[int, int], scale: float, seed: int, octaves: int = 6, roughness: float = 0.5) -> Field:
    """Return fractal noise in [-1, 1]: random values on grids, each twice as fine and weaker; `scale`: patches across the width.

    Each grid is moved by a random part of its patch. Else the lines of all grids meet in the middle of the picture and show there.
    """
    rng, total = np.random.default_rng(seed), np.zeros(shape)
    weight = 1.0
    for octave in range(octaves):
        count = scale * 2**octave
        rows, columns = (max(2, int(np.ceil(count * length / shape[1])) + 1) for length in shape)
        grid = rng.uniform(-1, 1, (rows + 1, columns + 1)).astype(np.float32)
        left, top = rng.uniform(0, 1, 2)
        box = (left, top, left + columns, top + rows)
        total += weight * np.asarray(Image.fromarray(grid).resize(shape[::-1], Image.Resampling.BICUBIC, box), float)
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
    """Two dahlias before a blurred garden, the nearer one's heart on the lines of the thirds."""
    x, y = plane(side)
    picture = mix(colour(38, 62, 40), colour(120, 150, 84), 0.5 + 0.7 * noise((side, side), 3, 1, 3))
    picture = mix(
        picture, np.broadcast_to(colour(220, 214, 150), picture.shape), smooth(0.35, 0.9, noise((side, side), 5, 2, 2))
    )
    vein, grain = noise((side, side), 60, 3, 2), noise((side, side), 90, 4, 2)
    pale = colour(232, 138, 70), colour(255, 250, 226)
    picture = dahlia(picture, (x - 0.64, y - 0.62), 0.74, pale, vein, grain)
    red = colour(168, 24, 62), colour(255, 184, 156)
    return dahlia(picture, (x + 0.34, y + 0.32), 1.12, red, vein, grain)


def dahlia(
    picture: Field, place: tuple[Field, Field], size: float, colours: tuple[Field, Field], vein: Field, grain: Field
) -> Field:
    """Return the picture with a dahlia on it: rings of petals, the inner ones over the outer ones.

    `place`: x and y, counted from its heart; `colours`: of a petal where it is dark, and where it is light.
    """
    radius, angle = np.hypot(*place) / size, np.arctan2(place[1], place[0])
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
        light *= 0.84 + 0.3 * np.cos(angle + 2.2)
        light -= 0.28 * smooth(0.5, 0.0, along - 0.35)
        light += 0.05 * vein * np.sin(26 * across)
        petal = mix(*colours, 0.15 + 0.1 * ring / 9 + 0.55 * along * light)
        petal = petal * np.clip(light, 0.12, 1.25)[..., None]
        shadow = smooth(0.05, -0.005, np.abs(radius - length) - 0.004) * (radius > length)
        picture = mix(picture * (1 - 0.35 * shadow[..., None]), petal, inside)
    heart = smooth(0.105, 0.09, radius)
    dots = 0.5 + 0.5 * np.cos(angle * 13 + 95 * radius) * np.cos(angle * 21 - 80 * radius)
    return mix(picture, mix(colour(92, 44, 12), colour(255, 206, 70), 0.2 + 0.8 * dots + 0.2 * grain), heart)


def hills(side: int) -> Field:
    """Ridges behind each other at dawn, the far ones lost in haze, the near ones wooded, over a lake that mirrors them."""
    x, y = plane(side)
    shore = 0.47
    picture = dawn(x, y)
    for ridge in range(5):
        depth = ridge / 4
        line = -0.24 + 0.155 * ridge + (0.36 - 0.06 * ridge) * noise((1, side), 2.2 + ridge, 20 + ridge, 8, 0.5)[0]
        # Large slopes lie in light or shade, small ones lend them roughness; of a far ridge the air leaves little.
        rock = noise((side, side), 5 + 3 * ridge, 30 + ridge, 7, 0.5)
        slope = np.tanh(np.gradient(rock, axis=1) * side / 22)
        shade = mix(colour(128, 140, 178), colour(34, 54, 46), np.full((side, side), depth))
        shade = shade * (0.95 + 0.5 * slope * (0.4 + 0.6 * depth))[..., None]
        haze = smooth(0.0, 0.45, y - line[None]) * (1 - 0.8 * depth) * 0.8
        shade = mix(shade, np.broadcast_to(colour(242, 210, 186), picture.shape), haze)
        picture = mix(picture, shade, smooth(0, 0.004, y - line[None]))
        if ridge > 2:
            nearer = ridge - 3
            firs = colour(30, 52, 46) * (1.45 - 0.5 * nearer)
            picture = wooded(picture, line, 0.06 + 0.09 * nearer, firs, ridge)
    return mix(picture, mirrored(picture, shore), smooth(-0.002, 0.002, y - shore))


def dawn(x: Field, y: Field) -> Field:
    """Return a sky: the sun on the right third, and clouds it lights from below."""
    side = len(x)
    picture = mix(colour(54, 82, 142), colour(244, 182, 128), smooth(-1.0, 0.0, y))
    cloud = noise((side, side), 8, 13, 7, 0.5)
    cloud = np.asarray(Image.fromarray(cloud.astype(np.float32)).resize((side * 3, side))).astype(float)[:, :side]
    relief = np.tanh(np.gradient(cloud, axis=0) * side / 16)
    lit = mix(colour(120, 100, 140), colour(250, 196, 166), 0.55 - 0.22 * relief + 0.4 * cloud)
    picture = mix(picture, lit, 0.9 * smooth(-0.15, 0.35, cloud))
    sun = np.hypot(x - 0.36, y + 0.36)
    glow = smooth(0.085, 0.078, sun) + 0.6 * np.exp(-sun / 0.2)
    return mix(picture, np.broadcast_to(colour(255, 246, 220), picture.shape), glow)


def wooded(picture: Field, line: Field, height: float, shade: Field, seed: int) -> Field:
    """Return the picture with firs on a ridge, whose upper edge `line` (columns,) tells; `height`: of the tallest."""
    side, rng = len(picture), np.random.default_rng(seed)
    picture = picture.copy()
    for place in np.sort(rng.uniform(0, side, int(9 / height))):
        tall = int(side / 2 * height * rng.uniform(0.45, 1))
        foot = int((line[int(place)] + 1) * side / 2) + int(0.12 * tall)
        rows = np.arange(max(0, foot - tall), min(side, foot))
        columns = np.arange(max(0, int(place) - tall // 3), min(side, int(place) + tall // 3))
        below = (rows - (foot - tall))[:, None] / tall
        # Each whorl of branches is wider at its lower end.
        reach = 0.25 * tall * below * (0.62 + 0.38 * (below * 9 % 1)) * (1 + 0.2 * rng.uniform(-1, 1, (len(rows), 1)))
        covered = smooth(1, -1, np.abs(columns[None] - place) - reach)
        sunny = smooth(-0.3, 0.3, (columns[None] - place) / (reach + 1))
        bright = 0.75 + 0.45 * sunny * rng.uniform(0.6, 1, covered.shape)
        piece = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        picture[piece] = mix(picture[piece], shade * bright[..., None], covered)
    return picture


def mirrored(picture: Field, shore: float) -> Field:
    """Return what a lake shows of the picture below its shore: darker, drawn apart by waves that grow towards the viewer."""
    side = len(picture)
    edge = int((shore + 1) / 2 * side)
    rows = np.arange(side)
    near = np.clip((rows - edge) / (side - edge), 0, 1)[:, None]
    wave, ripple = (
        np.asarray(Image.fromarray(values.astype(np.float32)).resize((side * 4, side))).astype(float)[:, :side]
        for values in (noise((side, side), 26, 50, 3), noise((side, side), 70, 51, 3))
    )
    source = 2 * edge - rows[:, None] + ((8 + 40 * near) * wave * side / 2240).astype(int)
    lake = np.take_along_axis(picture, np.clip(source, 0, side - 1)[..., None].repeat(3, axis=2), axis=0)
    lake = lake * (0.8 + 0.3 * near * ripple)[..., None]
    return mix(lake, np.broadcast_to(colour(255, 226, 186), picture.shape), 0.4 * smooth(0.2, 0.6, wave) * near)


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
        image.save(FOLDER / f"{name}.jpg", quality=QUALITY, optimize=True)
        print(name, (FOLDER / f"{name}.jpg").stat().st_size)


if __name__ == "__main__":
    main(sys.argv[1:])
