"""Small files that unpack to a lot: eight at once stay within one budget, are answered, and leave nothing behind."""

import struct
import subprocess
import sys
import threading
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from support.sentences import refused

from mnistlab.data import picture_files
from mnistlab.data.photos import LONGEST, decoded, normalised
from mnistlab.data.picture_costs import MOST_SCANS, Budget, scans_of
from mnistlab.data.picture_files import BUDGET, open_picture, shrunk
from mnistlab.data.uploads import read_picture
from mnistlab.errors import DataError
from scripts.hostile_pictures import KINDS, SIDE, chunk, png, saved

ROOT = Path(__file__).parents[3]
# What a process has besides: Python, NumPy, and what the C library keeps for each of its threads.
BESIDES_MB = 200
# Prints the peak of this process, in megabytes, and what became of each picture. (`ru_maxrss` would begin with the peak of the process that
# started this one.)
EIGHT_AT_ONCE = """
import re, sys, threading
from pathlib import Path
from mnistlab.data.photos import normalised
from mnistlab.data.uploads import read_picture
from mnistlab.carving.dream_files import read_dream_png
from mnistlab.errors import MnistlabError
content, ends = sys.stdin.buffer.read(), []
def visit(number):
    try:
        read_dream_png(content)
        (normalised if number % 2 else read_picture)(content)
        ends.append("taken")
    except MnistlabError as error:
        ends.append("refused")
threads = [threading.Thread(target=visit, args=(number,)) for number in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
peak = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
print(peak * 1024 // 1_000_000, *sorted(set(ends)), len(ends))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from Linux' /proc")
@pytest.mark.parametrize(
    "kind",
    ["rgba", "palette", "webp, 12 megapixels", "gif, 16 megapixels", "tiff, 12 megapixels", "avif, 9 megapixels"],
)
def test_eight_at_once_stay_within_the_budget(kind):
    shown = subprocess.run(
        [sys.executable, "-c", EIGHT_AT_ONCE],
        input=KINDS[kind](),
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=500,
    )
    peak, *_, count = shown.stdout.decode().split()
    assert int(count) == 8, shown.stderr
    assert int(peak) < BUDGET.size / 1e6 + BESIDES_MB


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("webp, 49 megapixels", "while it is unpacked; at most 220 MB"),
        ("gif", "while it is unpacked; at most 220 MB"),
        ("tiff", "while it is unpacked; at most 220 MB"),
        ("progressive, full colours", "while it is unpacked; at most 220 MB"),
        ("layered", "layers, at most 64 are read"),
    ],
)
def test_what_would_take_too_much_gets_a_sentence(kind, words):
    content = KINDS[kind]()
    for read in (normalised, read_picture):
        with refused(DataError, words):
            read(content)


def test_more_texts_than_there_is_room_for_cost_the_texts_and_not_the_picture():
    for read in (normalised, read_picture):
        read(KINDS["texts"]())


@pytest.mark.parametrize("size", [(8064, 6048), (9248, 6936)])
def test_photos_of_telephones_are_taken(size):
    sheet = Image.new("L", size, 250)
    sheet.paste(10, (size[0] // 3, size[1] // 4, size[0] // 3 + 400, size[1] // 4 + 3000))
    buffer = BytesIO()
    sheet.convert("RGB").save(buffer, "JPEG")
    assert max(decoded(normalised(buffer.getvalue())).shape) == LONGEST
    assert max(read_picture(buffer.getvalue()).shape) == 320


def test_a_photo_of_twelve_megapixels_is_taken_in_every_format():
    sheet = Image.new("RGB", (4032, 3024), "white")
    sheet.paste((10, 20, 30), (1000, 1000, 1400, 2400))
    for kind, options in (("PNG", {"compress_level": 1}), ("WEBP", {"method": 0}), ("JPEG", {"progressive": True})):
        buffer = BytesIO()
        sheet.save(buffer, kind, **options)
        assert max(decoded(normalised(buffer.getvalue())).shape) == LONGEST


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA"])
def test_a_picture_shrunk_in_strips_is_the_picture_shrunk_at_once(mode, monkeypatch):
    bands = np.random.default_rng(0).integers(0, 256, (303, 211, 4), dtype=np.uint8)
    picture = Image.fromarray(bands, "RGBA").convert(mode)
    monkeypatch.setattr(picture_files, "STRIP_PIXELS", 1)
    np.testing.assert_array_equal(np.asarray(shrunk(picture, 60)), np.asarray(picture.reduce(5)))
    np.testing.assert_array_equal(np.asarray(shrunk(picture, 303)), np.asarray(picture))


def test_what_is_transparent_leaves_no_fringe_when_shrunk():
    # Black that cannot be seen, beside white that can.
    bands = np.zeros((4 * LONGEST, 4 * LONGEST, 4), np.uint8)
    bands[:, 1001:] = 255
    bands[::2, 3000:, :3] = 250
    buffer = BytesIO()
    Image.fromarray(bands, "RGBA").save(buffer, "PNG", compress_level=1)
    assert decoded(normalised(buffer.getvalue())).min() >= 250


def test_a_photo_inside_a_dream_is_measured_before_it_is_decoded():
    with refused(DataError, "at most 1,400 on its longer side"):
        decoded(png(SIDE, 8, 6, 4))


def test_scans_are_counted_where_they_are():
    assert scans_of(saved("JPEG", 64)) == 1
    assert 5 < scans_of(saved("JPEG", 64, progressive=True)) < 20
    # A thumbnail in a comment is none of them.
    assert scans_of(saved("JPEG", 64, comment=saved("JPEG", 16, progressive=True))) == 1
    assert scans_of(KINDS["layered"]()) == MOST_SCANS + 1
    assert scans_of(b"\xff\xd8" + b"\xff\xda\x00\x02" * 10_000) == MOST_SCANS + 1


def test_a_budget_lets_in_what_fits_and_sends_away_who_waits_too_long():
    budget, inside, go = Budget(100, patience=0.2), [], threading.Event()

    def hold(size):
        with budget.take(size):
            inside.append(size)
            go.wait(20)

    threads = [threading.Thread(target=hold, args=(size,)) for size in (60, 40)]
    for thread in threads:
        thread.start()
    while len(inside) < 2:
        go.wait(0.01)
    with refused(DataError, "being read just now"), budget.take(1):
        pass
    go.set()
    for thread in threads:
        thread.join()
    # What is larger than all of it waits until it is alone, and is let in.
    with budget.take(1_000):
        pass


def test_a_damaged_picture_gives_its_room_back():
    broken = png(200, 8, 6, 4)[:-40]
    for _ in range(3):
        with pytest.raises(DataError):
            normalised(broken)
    assert BUDGET._taken == 0


def test_no_filter_of_warnings_is_left_changed_by_visitors_at_the_same_time():
    import warnings

    before, content = list(warnings.filters), png(300, 8, 6, 4)
    threads = [
        threading.Thread(target=open_picture, args=(content, lambda picture: picture.size, 10)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warnings.filters == before


def test_a_header_that_promises_more_than_anybody_has_is_refused():
    header = struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 6, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    with refused(DataError, "too large when unpacked"):
        normalised(content)
