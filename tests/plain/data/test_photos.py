"""Pictures to dream in: any picture is kept upright and small, or refused in one sentence; a dream's PNG holds all that made it."""

import json
import os
import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from support.dreams import photo, saved
from support.sentences import assert_sentence, refused

from mnistlab.carving.dream_files import PHOTO, TEXT, dream_png, read_dream_png
from mnistlab.carving.photos import SAMPLES, find_photo, keep_normalised, keep_photo
from mnistlab.data.photos import LONGEST, decoded, kept_name, normalised
from mnistlab.data.picture_mending import PNG
from mnistlab.errors import DataError, MnistlabError, RecipeError
from mnistlab.recipes import DreamRecipe


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_come_along(name, home):
    picture = find_photo(name, home)
    assert picture.shape == (1120, 1120, 3)
    assert picture.std() > 30


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "LA", "1", "CMYK", "I;16"])
def test_every_mode_is_read(mode):
    picture = Image.fromarray(photo())
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257)
    else:
        picture = picture.convert(mode)
    found = decoded(normalised(saved(picture, "JPEG" if mode == "CMYK" else "PNG")))
    assert found.shape == (300, 400, 3)
    limit = 0.3 if mode == "1" else 0.95
    grey = np.asarray(Image.fromarray(photo()).convert("L"), float)
    assert np.corrcoef(np.asarray(Image.fromarray(found).convert("L"), float).ravel(), grey.ravel())[0, 1] > limit


def test_what_is_transparent_becomes_white():
    clear = Image.new("RGBA", (40, 40), (10, 20, 30, 0))
    clear.putpixel((0, 0), (10, 20, 30, 255))
    found = decoded(normalised(saved(clear)))
    np.testing.assert_array_equal(found[0, 0], [10, 20, 30])
    assert (found[1:] == 255).all()


def test_a_picture_of_one_colour_is_refused():
    for nothing in (Image.new("RGBA", (40, 40), (10, 20, 30, 0)), Image.new("L", (40, 40), 7)):
        with refused(DataError, "the same colour everywhere"):
            normalised(saved(nothing))


def test_a_small_picture_keeps_every_pixel():
    np.testing.assert_array_equal(decoded(normalised(saved(photo()))), photo())


def test_a_huge_picture_is_shrunk_and_a_camera_is_believed():
    upright = Image.fromarray(photo(60, 90)).resize((4000, 2600))
    exif = Image.Exif()
    exif[0x0112] = 6
    content = normalised(saved(upright, "JPEG", exif=exif))
    found = decoded(content)
    assert max(found.shape) == LONGEST
    assert found.shape[0] > found.shape[1]
    assert b"Exif" not in content


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a picture"),
        (b"GIF89a" + bytes(40), "not a picture"),
        (saved(photo())[:2000], "cut off or damaged"),
        (saved(Image.new("L", (7, 400))), "7×400 pixels, which is too small: at least 8×8"),
        (
            saved(Image.new("L", (20_000, 10))),
            "20,000×10 pixels, which is too narrow: its longer side may be at most 175",
        ),
        (saved(Image.new("1", (9000, 6000))), "pixels"),
        (bytes(10_000_001), "too large"),
    ],
)
def test_bad_pictures_get_one_sentence(content, words):
    with refused(DataError, words):
        normalised(content)


def test_a_kept_picture_is_found_by_its_name(home):
    name = keep_photo(saved(photo()), home)
    np.testing.assert_array_equal(find_photo(name, home), photo())
    assert keep_photo(saved(photo()), home) == name
    with refused(DataError, "not kept here"):
        find_photo("kept-" + "0" * 32, home)


@pytest.mark.parametrize("name", ["/etc/passwd", "../../x.png", "kept-../../x", "x" * 900, "nul\0l.png"])
def test_a_page_reads_no_paths(name, home, tmp_path):
    with refused(DataError, "no picture"):
        find_photo(name, home)


def test_the_command_line_reads_paths_and_names_what_is_missing(home, tmp_path):
    (tmp_path / "mine.png").write_bytes(saved(photo()))
    np.testing.assert_array_equal(find_photo(str(tmp_path / "mine.png"), home, allow_paths=True), photo())
    for missing in ("gone.png", str(tmp_path), "nul\0l.png", "x" * 900):
        with refused(DataError, "no picture"):
            find_photo(missing, home, allow_paths=True)


def test_a_dreams_png_holds_recipe_and_photo(home):
    content = normalised(saved(photo()))
    recipe = DreamRecipe(picture="mine.png", size=280, levels=0)
    png = dream_png(recipe, photo(280, 280), content)
    read, inside = read_dream_png(png)
    assert inside == content
    assert read == recipe.model_copy(update={"picture": kept_name(content)})
    assert read_dream_png(dream_png(DreamRecipe(), photo(280, 280), None)) == (DreamRecipe(), None)


def test_a_picture_without_a_recipe_is_a_picture():
    assert read_dream_png(saved(photo())) is None
    assert read_dream_png(saved(photo(), "JPEG")) is None
    assert read_dream_png(saved(Image.open(BytesIO(dream_png(DreamRecipe(), photo(), None))), "JPEG")) is None


def test_only_a_png_is_looked_into_for_a_recipe():
    broken = saved(photo())[len(PNG) : 2_000] + TEXT.encode()
    for start in (b"\xff\xd8\xff", b"GIF89a", b"II*\0", b"BM", b""):
        assert read_dream_png(start + broken) is None
    with refused(DataError, "cut off or damaged"):
        read_dream_png(PNG + broken)


def with_text(text, photo_inside=None):
    info = PngInfo()
    if photo_inside is not None:
        info.add(PHOTO, photo_inside)
    info.add_itxt(TEXT, text)
    return saved(photo(30, 30), pnginfo=info)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"kind": "training"}',
        '{"kind": "dream", "size": 1e9}',
        '{"kind": "dream", "model": "' + "x" * 50_000 + '"}',
        "[" * 90_000,
        "9" * 9_000,
        '{"kind": "dream", "nul\\u0000l": 1}',
        json.dumps({"kind": "dream", "picture": "<script>alert(1)</script>" * 90}),
    ],
)
def test_a_broken_recipe_inside_a_picture_gets_one_sentence(text):
    with refused(RecipeError, "inside this picture"):
        read_dream_png(with_text(text))


def test_a_photo_that_is_not_the_recipes_is_refused():
    with refused(RecipeError, "not the one"):
        read_dream_png(with_text(DreamRecipe(picture="kept-" + "0" * 32).to_json(), saved(photo())))


def test_a_text_that_unpacks_without_end_is_refused():
    packed = zlib.compress(bytes(50_000_000))
    body = b"iTXt" + TEXT.encode() + b"\0\1\0\0\0" + packed
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    png = saved(photo(30, 30))
    with refused(MnistlabError):
        read_dream_png(png[:33] + chunk + png[33:])


@given(st.integers(0, 5_000), st.binary(min_size=1, max_size=8))
def test_whatever_somebody_changes_in_a_png_is_read_or_refused(place, change):
    png = dream_png(DreamRecipe(size=280), photo(60, 60), normalised(saved(photo(30, 30))))
    place %= len(png)
    try:
        read_dream_png(png[:place] + change + png[place + len(change) :])
    except MnistlabError as error:
        assert_sentence(error)


def test_what_just_fits_is_kept(home, monkeypatch):
    first, second, third = (normalised(saved(photo(20, 30, seed))) for seed in range(3))
    monkeypatch.setattr("mnistlab.carving.photos.MOST_KEPT_BYTES", len(first) + len(second))
    for old, content in enumerate((first, second)):
        os.utime(home / "pictures" / keep_normalised(content, home), (old, old))
    assert {path.name for path in (home / "pictures").iterdir()} == {kept_name(first), kept_name(second)}
    keep_normalised(third, home)
    assert kept_name(first) not in {path.name for path in (home / "pictures").iterdir()}
    assert kept_name(third) in {path.name for path in (home / "pictures").iterdir()}


def test_a_picture_kept_again_is_the_latest(home):
    path = home / "pictures" / keep_photo(saved(photo(20, 30)), home)
    os.utime(path, (1, 1))
    keep_photo(saved(photo(20, 30)), home)
    assert path.stat().st_mtime > 1e9


@pytest.mark.parametrize("allow_paths", [False, True])
def test_the_name_of_a_picture_is_repeated_up_to_eighty_characters(home, allow_paths):
    with refused(DataError, f"“{'x' * 80}”"):
        find_photo("x" * 200, home, allow_paths)


def test_pictures_of_one_address_push_out_their_own(home, monkeypatch):
    mine, *theirs = (normalised(saved(photo(20, 30, seed))) for seed in range(8))
    monkeypatch.setattr("mnistlab.carving.photos.MOST_KEPT_BYTES", len(mine) + 3 * max(map(len, theirs)))
    name = keep_normalised(mine, home, "school")
    for content in theirs:
        keep_normalised(content, home, "here")
    kept = {path.name for path in (home / "pictures").iterdir()}
    assert name in kept
    assert kept_name(theirs[-1]) in kept
    assert len(kept) == 4
