"""Numbers as a page says them."""

import pytest

from mnistlab.wording import article, in_digits, with_article


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


def test_a_class_has_the_article_that_one_hears():
    assert [with_article(digit) for digit in range(10)] == [
        f"an {one}" if one == 8 else f"a {one}" for one in range(10)
    ]
    assert {one for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if article(one) == "an"} == set("AEFHILMNORSX")
    assert (article("f"), article("u"), article("80")) == ("an", "a", "a")
