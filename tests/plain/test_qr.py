"""QR codes: published vectors, and codes that another encoder has drawn alike."""

import hashlib

import numpy as np
import pytest

from mnistlab.pictures import qr
from mnistlab.pictures.qr import LONGEST, VERSIONS, qr_code

ADDRESS = "http://192.168.1.20:8501/learn?class=BCDFGH"
# Of a text that fills each version, drawn with each of the eight masks: all 72 codes were equal, module by module, to those of segno 1.6.6, and 77 texts of
# 1 to 180 bytes were read by OpenCV 5.0's decoder (2026-11-26).
DRAWN = {
    1: "333336f3da12c2e2",
    2: "2d5c1ff8327522bf",
    3: "8202df0c27025ba1",
    4: "6c7d68c15333a778",
    5: "b407206bc8c71ae5",
    6: "d72943ba6a0a9371",
    7: "b3796c278091ac91",
    8: "be6f1c2ec990bfa9",
    9: "31b76cafcc7127d6",
}


def test_correction_codewords_are_those_of_a_published_example() -> None:
    words = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17]
    assert qr._correction(words, 10) == [196, 35, 39, 119, 235, 215, 231, 226, 93, 23]


@pytest.mark.parametrize(("mask", "bits"), [(0, "101010000010010"), (1, "101000100100101"), (5, "100000011001110")])
def test_level_and_mask_stand_beside_the_finders(mask: int, bits: str) -> None:
    modules = np.zeros((21, 21), bool)
    qr._write_format(modules, mask)
    row = [*modules[8, :6], modules[8, 7], *modules[8, -8:]]
    column = [*modules[:-8:-1, 8], modules[8, 8], modules[7, 8], *modules[5::-1, 8]]
    assert "".join(str(int(bit)) for bit in row) == bits
    assert "".join(str(int(bit)) for bit in column) == bits


def test_the_number_of_a_version_is_that_of_the_standard() -> None:
    assert 7 << 12 | qr._remainder(7 << 12, qr.VERSION_CODE) == 0b000111110010010100


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_and_mask_is_drawn_as_another_encoder_draws_it(version: int) -> None:
    text = "x" * (sum(VERSIONS[version][1]) - 2)
    drawn, fixed = qr._patterns(version)
    bits = qr._as_bits(qr._interleaved(version, qr._data_codewords(version, text.encode())))
    total = hashlib.sha256()
    for mask in range(8):
        total.update(np.packbits(qr._masked(drawn, fixed, bits, mask, version)).tobytes())
    assert total.hexdigest()[:16] == DRAWN[version]


def test_a_code_has_its_light_border_and_the_size_of_its_version() -> None:
    code = qr_code(ADDRESS)
    assert code.shape == (33 + 8, 33 + 8)
    assert set(np.unique(code)) == {0, 255}
    for edge in (code[:4], code[-4:], code[:, :4], code[:, -4:]):
        assert (edge == 255).all()
    assert not code[4:11, 4].any(), "the finder begins at once"


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 180 bytes"):
        qr_code("x" * (LONGEST + 1))
