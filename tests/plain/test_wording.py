"""Numbers as a page says them."""

import pytest

from mnistlab.wording import article, counted, in_a_row, in_digits, with_article, with_places, with_sign


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


@pytest.mark.parametrize(
    ("value", "said"), [(1.236, "+1.24"), (-0.5, "−0.50"), (-0.004, "0.00"), (0.0, "0.00"), (-12.0, "−12.00")]
)
def test_a_share_has_its_sign_and_a_rounded_nothing_none(value, said):
    assert with_sign(value) == said


def test_names_in_a_row_are_said_as_one_says_them():
    assert [in_a_row(words) for words in (["98"], ["98", "12"], ["98", "12", "9"])] == [
        "98",
        "98 and 12",
        "98, 12 and 9",
    ]


@pytest.mark.parametrize(("value", "said"), [(-0.157, "−0.16"), (-0.001, "0.00"), (0.0, "0.00"), (12.0, "12.00")])
def test_a_number_of_a_table_has_one_minus_and_a_rounded_nothing_none(value, said):
    assert with_places(value, 2) == said


def test_one_of_a_kind_is_one():
    assert [counted(count, "job") for count in (0, 1, 2, 1200)] == ["0 jobs", "1 job", "2 jobs", "1,200 jobs"]
