"""Pictures of a digit as people bring them, drawn: pens, papers, light, rulings, desks, screenshots, and the files of telephones.

Each scene is a digit of the embedded generator with its class, so what is on it is known; none of MNIST's is used.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from mnistlab.data.embedded import sample_digits
from scripts.hostile_pictures import chunk
from tests.support.handwriting import strokes_of

Floats = NDArray[np.float64]
Generator = np.random.Generator
# Pixels of the digit's own picture per pixel of the generator's.
LARGE = 16


@dataclass(frozen=True, eq=False)
class Scene:
    """A picture's file, the class of the digit on it, and what it shows."""

    kind: str
    label: int
    content: bytes = field(repr=False)


def scenes(count: int, seed: int = 0) -> list[Scene]:
    """Return so many scenes, all kinds in turn; the first of more are those of fewer."""
    labels = [place * 7 % 10 for place in range(count)]
    digits = sample_digits(labels, seed)
    found = []
    for place, (label, digit) in enumerate(zip(labels, digits, strict=True)):
        kind = list(KINDS)[place % len(KINDS)]
        found.append(Scene(kind, label, KINDS[kind](digit, np.random.default_rng([seed, place]))))
    return found


def stroke(digit: NDArray[np.uint8], thicken: float = 0.0) -> Floats:
    """Return a digit (28, 28) as sharp strokes (448, 448) from 0 to 1, wider by `thicken` pixels of the generator's on each side."""
    large = Image.fromarray(digit).resize((28 * LARGE, 28 * LARGE), Image.Resampling.BICUBIC)
    if thicken:
        side = 2 * round(abs(thicken) * LARGE / 2) + 1
        for _ in range(2):
            large = large.filter(ImageFilter.MaxFilter(side) if thicken > 0 else ImageFilter.MinFilter(side))
    values = np.asarray(large.filter(ImageFilter.GaussianBlur(3)), np.float64) / 255
    return np.clip((values - 0.42) / 0.16, 0, 1)


def placed(
    digit: NDArray[np.uint8],
    size: tuple[int, int],
    rng: Generator,
    *,
    share: tuple[float, float] = (0.25, 0.75),
    thicken: float | None = None,
) -> Floats:
    """Return a digit somewhere on a sheet (rows, columns), 1 where ink is, a little turned."""
    if thicken is None:
        thicken = float(rng.choice([-0.3, -0.15, 0.0, 0.0, 0.4]))
    large = Image.fromarray((255 * stroke(digit, thicken)).astype(np.uint8))
    large = large.rotate(float(rng.uniform(-8, 8)), Image.Resampling.BICUBIC)
    box = large.getbbox() or (0, 0, 1, 1)
    large = large.crop(box)
    rows, columns = size
    height = rng.uniform(*share) * min(rows, columns)
    scale = min(height / large.height, 0.8 * columns / large.width)
    large = large.resize(
        (max(3, round(large.width * scale)), max(6, round(large.height * scale))), Image.Resampling.LANCZOS
    )
    sheet = Image.new("L", (columns, rows))
    edge = 0.05
    left = rng.uniform(edge * columns, (1 - edge) * columns - large.width)
    top = rng.uniform(edge * rows, (1 - edge) * rows - large.height)
    sheet.paste(large, (round(max(0, left)), round(max(0, top))))
    return np.asarray(sheet, np.float64) / 255


def photo(
    ink: Floats, paper: Any, pen: Any, rng: Generator, *, light: Floats | float = 1.0, noise: float | None = None
) -> NDArray[np.uint8]:
    """Return a photograph (rows, columns, 3) of ink on paper, colours from 0 to 1."""
    paper, pen = np.broadcast_to(paper, (*ink.shape, 3)), np.asarray(pen, float)
    scene = paper * (1 - ink[..., None]) + pen * ink[..., None]
    light = np.asarray(light, float)
    scene = scene * (light[..., None] if light.ndim == 2 else light)
    spread = rng.uniform(0.004, 0.03) if noise is None else noise
    scene = scene + spread * rng.standard_normal(scene.shape)
    picture = Image.fromarray((255 * scene.clip(0, 1)).astype(np.uint8))
    return np.asarray(picture.filter(ImageFilter.GaussianBlur(float(rng.uniform(0.3, 1.4)))))


def size_of(rng: Generator) -> tuple[int, int]:
    """Return rows and columns of a photograph."""
    long = int(rng.integers(500, 1300))
    short = round(long * float(rng.choice([0.75, 0.5625, 1.0])))
    return (long, short) if rng.random() < 0.6 else (short, long)


def gradient(size: tuple[int, int], rng: Generator, least: float = 0.6) -> Floats:
    """Return light that falls unevenly: a slope and a darker rim."""
    down, across = np.mgrid[-1 : 1 : size[0] * 1j, -1 : 1 : size[1] * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    slope = (np.cos(angle) * down + np.sin(angle) * across) / np.sqrt(2)
    light = 1 - (1 - least) * (slope + 1) / 2 * rng.random() - 0.2 * rng.random() * (down**2 + across**2) / 2
    return np.asarray(light)


def paper_of(rng: Generator) -> Floats:
    """Return the colour of a paper."""
    white = rng.uniform(0.8, 0.97)
    return np.clip(white + rng.uniform(-0.05, 0.03, 3), 0, 1)


PENS = {
    "black": (0.08, 0.08, 0.1),
    "blue": (0.1, 0.15, 0.55),
    "red": (0.75, 0.1, 0.12),
    "green": (0.05, 0.45, 0.2),
    "pencil": (0.42, 0.42, 0.44),
    "marker": (0.02, 0.02, 0.02),
}


def pen_of(rng: Generator) -> tuple[float, float, float]:
    """Return the colour of a pen."""
    return PENS[list(PENS)[int(rng.integers(len(PENS)))]]


def jpeg(picture: NDArray[np.uint8], rng: Generator, **options: Any) -> bytes:
    """Return the JPEG of a photograph."""
    return saved(Image.fromarray(picture), "JPEG", quality=int(rng.integers(55, 96)), **options)


def saved(picture: Image.Image, form: str, **options: Any) -> bytes:
    """Return a picture's file."""
    buffer = BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def sheet_of_paper(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    size = size_of(rng)
    picture = photo(placed(digit, size, rng), paper_of(rng), pen_of(rng), rng, light=gradient(size, rng))
    return jpeg(picture, rng)


def small_on_sheet(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    size = size_of(rng)
    ink = placed(digit, size, rng, share=(0.08, 0.2))
    return jpeg(photo(ink, paper_of(rng), pen_of(rng), rng, light=gradient(size, rng), noise=0.01), rng)


def fine_pen(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    """The skeleton of the digit, drawn large with a line of one to four hundredths of its size."""
    size = size_of(rng)
    side = round(min(size) * rng.uniform(0.5, 0.85))
    page = Image.new("L", (size[1], size[0]))
    draw, width = ImageDraw.Draw(page), max(2, round(side * rng.uniform(0.01, 0.04)))
    left, top = (int(rng.uniform(0.05, 0.95) * (length - side) + 0.01 * length) for length in (size[1], size[0]))
    for line in strokes_of(digit):
        points = [(left + x * side / 1000, top + y * side / 1000) for x, y in zip(line[::2], line[1::2], strict=True)]
        draw.line(points, fill=255, width=width, joint="curve")
    ink = np.asarray(page, float) / 255
    return jpeg(photo(ink, paper_of(rng), pen_of(rng), rng, light=gradient(size, rng), noise=0.01), rng)


def ruling(
    size: tuple[int, int], rng: Generator, *, squared: bool, lines: bool = True, margin: bool = False
) -> tuple[Floats, Floats]:
    """Return how much of a line is on each pixel, and of a red margin."""
    slope = rng.uniform(-0.06, 0.06)
    down, across = np.mgrid[0 : size[0], 0 : size[1]].astype(float)
    row, column = down + slope * across, across - slope * down
    step = min(size) * rng.uniform(0.05, 0.16)
    width = max(1.0, min(size) * rng.uniform(0.002, 0.006))

    def near(place: Floats) -> Floats:
        return np.clip(width / 2 + 0.5 - np.abs(place), 0, 1)

    found = np.zeros(size)
    if lines:
        found = near((row + rng.uniform(0, step)) % step - step / 2)
        if squared:
            found = np.maximum(found, near((column + rng.uniform(0, step)) % step - step / 2))
    red = near(column - size[1] * rng.uniform(0.08, 0.2)) if margin else np.zeros(size)
    return found, red


def ruled(digit: NDArray[np.uint8], rng: Generator, squared: bool = False) -> bytes:
    size = size_of(rng)
    lines, red = ruling(size, rng, squared=squared, margin=bool(rng.random() < 0.3))
    paper = np.ones((*size, 3)) * paper_of(rng)
    colour = np.array([[0.55, 0.65, 0.85], [0.6, 0.6, 0.6], [0.72, 0.75, 0.8], [0.45, 0.55, 0.8]][int(rng.integers(4))])
    paper = paper * (1 - lines[..., None]) + colour * lines[..., None]
    paper = paper * (1 - red[..., None]) + np.array([0.85, 0.3, 0.3]) * red[..., None]
    return jpeg(photo(placed(digit, size, rng), paper, pen_of(rng), rng, light=gradient(size, rng, 0.75)), rng)


def squared(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    return ruled(digit, rng, squared=True)


def margin(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    size = size_of(rng)
    _, red = ruling(size, rng, squared=False, lines=False, margin=True)
    paper = paper_of(rng) * (1 - red[..., None]) + np.array([0.85, 0.2, 0.25]) * red[..., None]
    return jpeg(photo(placed(digit, size, rng), paper, pen_of(rng), rng, light=gradient(size, rng)), rng)


def shadow(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    size = size_of(rng)
    down, across = np.mgrid[-1 : 1 : size[0] * 1j, -1 : 1 : size[1] * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    place = np.cos(angle) * down + np.sin(angle) * across - rng.uniform(-0.5, 0.5)
    soft = float(rng.choice([0.005, 0.02, 0.06, 0.2]))
    dark = 1 / (1 + np.exp(-np.clip(place / soft, -50, 50)))
    if rng.random() < 0.3:
        # The telephone's own, with a corner.
        other = np.cos(angle + 1.4) * down + np.sin(angle + 1.4) * across - rng.uniform(-0.5, 0.3)
        dark = dark / (1 + np.exp(-np.clip(other / soft, -50, 50)))
    light = gradient(size, rng, 0.85) * (1 - rng.uniform(0.25, 0.6) * dark)
    return jpeg(photo(placed(digit, size, rng), paper_of(rng), pen_of(rng), rng, light=light, noise=0.012), rng)


def underexposed(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    size = size_of(rng)
    light = gradient(size, rng, 0.8) * rng.uniform(0.25, 0.55)
    return jpeg(photo(placed(digit, size, rng), paper_of(rng), pen_of(rng), rng, light=light, noise=0.012), rng)


def pencil(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    size = size_of(rng)
    shade = rng.uniform(0.5, 0.78)
    return jpeg(
        photo(placed(digit, size, rng), paper_of(rng), (shade,) * 3, rng, light=gradient(size, rng, 0.8), noise=0.008),
        rng,
    )


def desk(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    """A sheet on a desk, straight or turned, all of it or one or two sides."""
    size = size_of(rng)
    down, across = np.mgrid[-1 : 1 : size[0] * 1j, -1 : 1 : size[1] * 1j]
    angle = np.radians(rng.uniform(-7, 7))
    row, column = np.cos(angle) * down + np.sin(angle) * across, np.cos(angle) * across - np.sin(angle) * down
    sides = rng.random(4) < rng.choice([0.3, 1.0])
    sides[int(rng.integers(4))] = True
    reach = [rng.uniform(0.62, 0.9) if side else 3.0 for side in sides]
    on_sheet = (row > -reach[0]) & (row < reach[1]) & (column > -reach[2]) & (column < reach[3])
    wood = np.array(
        [[0.12, 0.12, 0.13], [0.35, 0.22, 0.14], [0.5, 0.36, 0.24], [0.25, 0.3, 0.28]][int(rng.integers(4))]
    )
    grain = 1 + 0.12 * np.sin(60 * (row + 0.05 * np.sin(5 * column)))
    paper = np.where(on_sheet[..., None], paper_of(rng), wood * grain[..., None])
    ink = np.zeros(size)
    rows, columns = (slice(round(0.24 * side), round(0.76 * side)) for side in size)
    ink[rows, columns] = placed(digit, ink[rows, columns].shape, rng, share=(0.4, 0.85))
    return jpeg(photo(ink, paper, pen_of(rng), rng, light=gradient(size, rng, 0.8), noise=0.01), rng)


def scanner(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    """A scan with a black frame on some sides, holes of a punch, and dust."""
    size = size_of(rng)
    paper = np.ones((*size, 3)) * rng.uniform(0.93, 1.0)
    width = max(3, round(min(size) * rng.uniform(0.01, 0.07)))
    for side in range(4):
        if rng.random() < 0.6:
            view = paper if side % 2 else paper.transpose(1, 0, 2)
            view[slice(0, width) if side < 2 else slice(-width, None)] = 0.03
    picture = Image.fromarray((255 * paper).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    if rng.random() < 0.4:
        radius = round(min(size) * 0.02)
        for part in (0.35, 0.65):
            pen.circle((round(0.06 * size[1]) + width, round(part * size[0])), radius, fill=(40, 40, 40))
    for _ in range(int(rng.integers(0, 25))):
        pen.circle((int(rng.integers(size[1])), int(rng.integers(size[0]))), int(rng.integers(1, 3)), fill=(90, 90, 90))
    ink = placed(digit, size, rng, share=(0.25, 0.6))
    inner = np.zeros_like(ink)
    edge = 2 * width
    small = Image.fromarray((255 * ink).astype(np.uint8)).resize((size[1] - 2 * edge, size[0] - 2 * edge))
    inner[edge:-edge, edge:-edge] = np.asarray(small) / 255
    page = photo(inner, np.asarray(picture) / 255, pen_of(rng), rng, noise=0.004)
    return (
        jpeg(page, rng)
        if rng.random() < 0.6
        else saved(Image.fromarray(page).convert("L"), "TIFF", compression="tiff_lzw")
    )


COLOURS = [
    ((0, 0, 1), (0, 0, 0)),
    ((1, 1, 0), (1, 1, 1)),
    ((1, 1, 1), (1, 0.95, 0)),
    ((0.9, 0.1, 0.1), (0.1, 0.5, 0.15)),
    ((0.95, 0.9, 0.2), (0.97, 0.97, 0.95)),
    ((0.95, 0.95, 0.9), (0.12, 0.25, 0.2)),
    ((0.95, 0.95, 0.95), (0.1, 0.1, 0.12)),
    ((1, 0.4, 0.7), (1, 1, 1)),
    ((0.9, 0.2, 0.1), (0.15, 0.2, 0.8)),
    ((1, 0.6, 0.1), (1, 0.95, 0.4)),
    ((0.3, 0.9, 0.4), (0.05, 0.05, 0.08)),
    ((0.5, 0.2, 0.6), (0.8, 0.75, 0.95)),
]


def colours(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    """Chalk, highlighters, drawings in colours that differ in hue rather than in lightness."""
    size = size_of(rng)
    pen, ground = COLOURS[int(rng.integers(len(COLOURS)))]
    picture = photo(placed(digit, size, rng), ground, pen, rng, noise=0.005)
    return jpeg(picture, rng) if rng.random() < 0.5 else saved(Image.fromarray(picture), "PNG")


def window(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    """A screenshot of a drawing program: a bar above, tools at a side, clear round corners, a soft shadow around it."""
    size = int(rng.integers(380, 900)), int(rng.integers(380, 900))
    is_dark = rng.random() < 0.4
    ground, pen = ((30, 31, 34), (240, 240, 240)) if is_dark else ((255, 255, 255), (0, 0, 0))
    picture = Image.new("RGB", (size[1], size[0]), ground)
    bar = round(0.09 * size[0]) if rng.random() < 0.7 else 0
    draw = ImageDraw.Draw(picture)
    if bar:
        draw.rectangle((0, 0, size[1], bar), (60, 60, 64) if is_dark else (222, 222, 226))
        for place, colour in enumerate([(255, 95, 86), (255, 189, 46), (39, 201, 63)]):
            draw.circle((bar // 2 + place * bar // 2, bar // 2), bar // 6, fill=colour)
        draw.text((size[1] // 2 - 40, bar // 3), "Untitled - Paint", fill=(120, 120, 120))
    ink = np.zeros(size)
    ink[bar:] = placed(digit, (size[0] - bar, size[1]), rng, share=(0.3, 0.7))
    values = np.asarray(picture, float) * (1 - ink[..., None]) + np.array(pen) * ink[..., None]
    picture = Image.fromarray(values.astype(np.uint8))
    way = rng.random()
    if way < 0.4:
        return saved(picture, "PNG")
    corners = Image.new("L", picture.size)
    ImageDraw.Draw(corners).rounded_rectangle(
        (0, 0, picture.width - 1, picture.height - 1), round(rng.uniform(8, 24)), 255
    )
    picture.putalpha(corners)
    if way < 0.7:
        return saved(picture, "PNG")
    edge = round(rng.uniform(20, 60))
    whole = Image.new("RGBA", (picture.width + 2 * edge, picture.height + 2 * edge))
    shade = Image.new("L", whole.size)
    shade.paste(corners.point(lambda value: value * 0.6), (edge, edge + edge // 4))
    whole.putalpha(shade.filter(ImageFilter.GaussianBlur(edge / 3)))
    whole.alpha_composite(picture, (edge, edge))
    return saved(whole, "PNG")


def on_nothing(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    """A logo: ink in one colour, and nothing below it."""
    side = int(rng.integers(28, 600))
    ink = placed(digit, (side, side), rng, share=(0.6, 0.9))
    colour = np.array([[0, 0, 0], [255, 255, 255], [200, 30, 30], [250, 220, 40], [30, 60, 220]][int(rng.integers(5))])
    bands = np.empty((side, side, 4), np.uint8)
    bands[..., :3], bands[..., 3] = colour, np.rint(255 * ink)
    form = ["PNG", "WEBP", "GIF", "TIFF"][int(rng.integers(4))] if side > 100 else "PNG"
    return saved(Image.fromarray(bands), form, **({"lossless": True} if form == "WEBP" else {}))


def cut_tightly(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    """A digit cut out with little or no room around it."""
    sheet = placed(digit, (600, 600), rng, share=(0.6, 0.8))
    rows, columns = np.nonzero(sheet > 0.5)
    room = int(rng.integers(0, 30))
    ink = sheet[
        max(0, rows.min() - room) : rows.max() + room + 1, max(0, columns.min() - room) : columns.max() + room + 1
    ]
    return jpeg(photo(ink, paper_of(rng), pen_of(rng), rng), rng)


def clutter(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    """Something else on the sheet: printed words, a box around the digit, a finger at the rim, crumbs."""
    size = size_of(rng)
    short = min(size)
    paper = Image.fromarray((255 * np.ones((*size, 3)) * paper_of(rng)).astype(np.uint8))
    draw = ImageDraw.Draw(paper)
    rows, columns = (slice(round(0.2 * side), round(0.8 * side)) for side in size)
    what = int(rng.integers(4))
    if what == 0:
        for place in range(3):
            draw.text(
                (round(0.05 * size[1]), round((0.03 + 0.05 * place) * size[0])),
                "Write a digit below",
                fill=(60, 60, 60),
                font_size=max(8, short // 32),
            )
    elif what == 1:
        box = [round(0.15 * size[1]), round(0.15 * size[0]), round(0.85 * size[1]), round(0.85 * size[0])]
        draw.rectangle(box, outline=(70, 70, 70), width=max(1, short // 150))
    elif what == 2:
        radius = round(short * rng.uniform(0.08, 0.14))
        place = [(0, size[0] // 2), (size[1], size[0] // 3), (size[1] // 2, size[0])][int(rng.integers(3))]
        draw.circle(place, radius, fill=(205, 150, 120))
    else:
        for _ in range(30):
            at = int(rng.integers(size[1])), int(rng.integers(size[0]))
            draw.circle(at, float(rng.uniform(0.5, 0.006 * short + 1)), fill=(150, 120, 90))
    ink = np.zeros(size)
    ink[rows, columns] = placed(digit, ink[rows, columns].shape, rng, share=(0.4, 0.9))
    return jpeg(photo(ink, np.asarray(paper) / 255, pen_of(rng), rng, light=gradient(size, rng, 0.8), noise=0.008), rng)


# What is odd about the notes of a telephone's JPEG.
NOTES = (
    "nothing",
    "two orientations",
    "two resolutions",
    "a name past the end",
    "a resolution as text",
    "cut short",
    "pictures of another camera",
)


def with_notes(content: bytes, odd: str = "nothing") -> bytes:
    """Return a JPEG with the notes of a telephone, broken in one of the ways that were met, which say that it lies on its side."""
    entries = [(0x0112, 3, 1, struct.pack("<HH", 6, 0)), (0x011A, 5, 1, struct.pack("<I", 200))]
    if odd == "two orientations":
        entries[0] = (0x0112, 3, 2, struct.pack("<HH", 6, 6))
    elif odd == "two resolutions":
        entries[1] = (0x011A, 5, 2, struct.pack("<I", 200))
    elif odd == "a name past the end":
        entries.append((0x010F, 2, 60, struct.pack("<I", 60_000)))
    elif odd == "a resolution as text":
        entries[1] = (0x011A, 2, 4, b"72dp")
    body = b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries))
    body += b"".join(struct.pack("<HHI", *entry[:3]) + entry[3] for entry in entries) + struct.pack("<I", 0)
    body = body.ljust(200, b"\0") + struct.pack("<IIII", 72, 1, 72, 1)
    exif = b"Exif\0\0" + (body[:30] if odd == "cut short" else body)
    parts = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    if odd == "pictures of another camera":
        notes = b"MPF\0II*\0\x08\0\0\0" + bytes(range(40))
        parts += b"\xff\xe2" + struct.pack(">H", len(notes) + 2) + notes
    return content[:2] + parts + content[2:]


def telephone(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    """A photograph that lies on its side, with the notes of a telephone; some without their last bytes."""
    size = size_of(rng)
    picture = photo(placed(digit, size, rng), paper_of(rng), pen_of(rng), rng, light=gradient(size, rng))
    content = with_notes(jpeg(np.rot90(picture), rng), NOTES[int(rng.integers(len(NOTES)))])
    return content[: -int(rng.integers(1, 5))] if rng.random() < 0.3 else content


def odd_file(digit: NDArray[np.uint8], rng: Generator) -> bytes:
    """Other formats, depths and chunks."""
    size = size_of(rng)
    picture = Image.fromarray(photo(placed(digit, size, rng), paper_of(rng), pen_of(rng), rng, noise=0.004))
    way = int(rng.integers(11))
    if way < 5:
        return saved(picture, ["GIF", "BMP", "TIFF", "AVIF", "WEBP"][way])
    if way == 5:
        top = int(rng.choice([1023, 4095, 65535]))
        return saved(Image.fromarray((np.asarray(picture.convert("L"), float) / 255 * top).astype(np.uint16)), "PNG")
    if way == 6:
        return saved(picture.convert("CMYK"), "JPEG", progressive=True)
    if way == 7:
        return saved(picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=16), "PNG")
    plain = saved(picture.convert("L"), "PNG")
    more = [
        chunk(b"acTL", struct.pack(">II", 0, 0)),
        chunk(b"tEXt", b"comment\0" + b"x" * 2_000_000),
        chunk(b"eXIf", b"no notes at all"),
    ][way - 8]
    return plain[:33] + more + plain[33:]


KINDS: dict[str, Callable[[NDArray[np.uint8], Generator], bytes]] = {
    "sheet of paper": sheet_of_paper,
    "small on a sheet": small_on_sheet,
    "fine pen": fine_pen,
    "ruled": ruled,
    "squared": squared,
    "margin": margin,
    "shadow": shadow,
    "underexposed": underexposed,
    "pencil": pencil,
    "desk": desk,
    "scanner": scanner,
    "colours": colours,
    "window": window,
    "on nothing": on_nothing,
    "cut tightly": cut_tightly,
    "clutter": clutter,
    "telephone": telephone,
    "odd file": odd_file,
}
