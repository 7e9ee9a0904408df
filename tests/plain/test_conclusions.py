"""What is concluded fits the figures."""

import pytest

from mnistlab.analysis.conclusions import of_training


@pytest.mark.parametrize(
    ("training", "validation", "digits", "said"),
    [
        (1.0, 0.94, 300, "Training 100 %, validation 94 %: it has learnt these 300 digits by heart"),
        (0.99, 0.95, 20_000, "learnt these 20,000 digits by heart"),
        (0.99, 0.965, 20_000, "begins to learn its 20,000 digits by heart"),
        (0.99, 0.98, 60_000, "as well as its own"),
        (0.95, 0.97, 60_000, "as well as its own"),
        (0.1, 0.1, 60_000, "hardly learnt anything; guessing gives 10 %"),
        (1.0, 0.19, 20, "hardly learnt anything"),
        (1.0, 0.2, 20, "by heart"),
        (0.75, 0.715, 300, "begins to learn its 300 digits by heart"),
        (0.75, 0.705, 300, "has learnt these 300 digits by heart"),
        (0.75, 0.735, 300, "as well as its own"),
    ],
)
def test_a_training_is_judged_by_the_digits_it_has_not_seen(
    training: float, validation: float, digits: int, said: str
) -> None:
    assert said in of_training(training, validation, digits, 10)


def test_guessing_is_what_the_classes_give() -> None:
    assert "hardly" not in of_training(0.5, 0.45, 100, 10)
    assert "guessing gives 25 %" in of_training(0.5, 0.45, 100, 4)
