"""Draw assets/icon.png: a 4 on a coarse grid, with the 3×3 patch a filter looks at."""

from pathlib import Path

from PIL import Image, ImageDraw

SIZE, CELLS = 128, 7
GROUND, CELL, STROKE = (11, 60, 62), (24, 92, 92), (240, 250, 248)
PATCH_CELL, PATCH_STROKE = (96, 118, 84), (246, 193, 90)
FOUR = ("0000000", "0010100", "0010100", "0011110", "0000100", "0000100", "0000000")

picture = Image.new("RGBA", (SIZE, SIZE))
draw = ImageDraw.Draw(picture)
draw.rounded_rectangle((0, 0, SIZE - 1, SIZE - 1), 24, fill=GROUND)
side = SIZE / (CELLS + 2)
for row, line in enumerate(FOUR):
    for column, mark in enumerate(line):
        in_patch = 1 <= row <= 3 and 1 <= column <= 3
        colours = (PATCH_CELL, PATCH_STROKE) if in_patch else (CELL, STROKE)
        left, top = side * (column + 1) + 1, side * (row + 1) + 1
        draw.rounded_rectangle((left, top, left + side - 3, top + side - 3), 3, fill=colours[mark == "1"])
picture.save(Path(__file__).parents[1] / "assets" / "icon.png", optimize=True)
