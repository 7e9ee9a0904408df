"""Numbers as a page says them."""

import pytest

from mnistlab.wording import in_digits


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (3.14159, 4, "3.142"),
        (1.763e-12, 4, "0"),
        (-1.95e-25, 3, "0"),
        (0.0, 4, "0"),
        (-0.37, 3, "−0.37"),
        (2e-5, 3, "2e−05"),
        (-2e-5, 3, "−2e−05"),
        (104.0, 3, "104"),
    ],
)
def test_a_number_is_short_has_one_minus_and_nothing_is_zero(value, digits, said):
    assert in_digits(value, digits) == said
