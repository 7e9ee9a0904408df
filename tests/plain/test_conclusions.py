"""What is concluded fits the figures."""

import pytest

from mnistlab.analysis.conclusions import of_atlases, of_chance, of_changes, of_reading, of_training, of_trainings


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


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ([("one", 0.98)], ""),
        ([("one", 0.98), ("two", 0.991)], "“two” reads validation digits best, 99.10 %; “one” 98.00 %."),
        (
            [("one", 0.991), ("two", 0.99), ("three", 0.5)],
            "“one” reads validation digits best, 99.10 %; “two” 99.00 %, “three” 50.00 %.",
        ),
        ([("one", 0.9871), ("one", 0.98712)], "They end alike: “one” 98.71 %, “one” 98.71 % of the validation digits."),
    ],
)
def test_trainings_beside_each_other_are_ranked(ends: list[tuple[str, float]], said: str) -> None:
    assert of_trainings(ends) == said


@pytest.mark.parametrize(
    ("found", "shuffles", "said"),
    [
        (20, [0, 0, 1], "20 points found, at most 1 with shuffled labels: that is no accident."),
        (1, [0, 0], "1 point found, at most 0 with shuffled labels: that is no accident."),
        (5, [1, 3], "more than chance, but not by much"),
        (6, [1, 3], "more than chance, but not by much"),
        (7, [1, 3], "no accident"),
        (3, [1, 3], "chance alone explains as many"),
        (0, [0, 2], "No point tells these two apart"),
    ],
)
def test_points_are_held_against_what_chance_gives(found: int, shuffles: list[int], said: str) -> None:
    assert said in of_chance(found, shuffles)


@pytest.mark.parametrize(
    ("agreement", "control", "said"),
    [(0.66, 0.64, "Hardly"), (0.7, 0.64, "In part"), (0.9, 0.64, "Yes"), (0.6, 0.64, "Hardly")],
)
def test_two_atlases_are_held_against_one_turned_upside_down(agreement: float, control: float, said: str) -> None:
    assert of_atlases(agreement, control).startswith(said)


def test_a_change_says_whether_the_reading_turns() -> None:
    assert of_reading(1, 1, ["cat", "dog"]) == "It is still read as dog."
    assert of_reading(0, 1, ["cat", "dog"]) == "Now it is read as dog, no longer as cat."


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ([0.99, 0.98, 0.97], "No class depends on what was changed"),
        ([0.99, 0.984, 0.972], "No class depends on what was changed"),
        ([0.99, 0.98, 0.914], "Only the 2s lose by it: 5.6 % of them"),
        ([0.99, 0.9, 0.914], "2 of 3 classes lose by it, most of all the 1s: 8.0 % of them"),
    ],
)
def test_muting_names_the_class_that_loses_most(after: list[float], said: str) -> None:
    assert said in of_changes([0.99, 0.98, 0.97], after, ["0", "1", "2"])
