"""Results -> a conclusion in one sentence."""

from collections.abc import Sequence

from mnistlab.wording import counted, plural

# Differences of accuracy between training digits and others from which a network overfits, and has learnt by heart.
OVERFITTED, BY_HEART = 0.02, 0.04
# Of a test set, from which share less a class is read right so that it counts: one digit in two hundred.
FELT = 0.005
# How much more two atlases agree than with one of them upside down, from which they agree partly, and really: in correlations.
PARTLY_ALIKE, ALIKE = 0.05, 0.15
# Accuracies that differ by less are the same: a digit in a thousand.
AS_GOOD = 0.001
# Below twice the accuracy of guessing, nothing much has been learnt.
HARDLY = 2.0


def of_training(training: float, validation: float, digits: int, classes: int) -> str:
    """Return the conclusion of a training.

    Arguments:
        training: accuracy on the training digits at the end.
        validation: accuracy on other digits.
        digits: number of training digits.
        classes: number of classes.
    """
    figures = f"Training {100 * training:.0f} %, validation {100 * validation:.0f} %"
    by_chance = 1 / classes
    if validation < HARDLY * by_chance:
        return f"{figures}: it has hardly learnt anything; guessing gives {100 * by_chance:.0f} %."
    if training - validation >= BY_HEART:
        return f"{figures}: it has learnt these {digits:,} digits by heart, more than what they have in common (overfitting)."
    if training - validation >= OVERFITTED:
        return f"{figures}: it begins to learn its {digits:,} digits by heart (overfitting)."
    return f"{figures}: it reads digits it has never seen as well as its own."


def of_trainings(ends: Sequence[tuple[str, float]]) -> str:
    """Return how trainings compare: the name and last validation accuracy of each; "" for one alone."""
    if len(ends) < 2:
        return ""
    ranked = sorted(ends, key=lambda end: -end[1])
    said = [f"“{name}” {100 * accuracy:.2f} %" for name, accuracy in ranked]
    if ranked[0][1] - ranked[-1][1] < AS_GOOD:
        return f"They end alike: {', '.join(said)} of the validation digits."
    best, accuracy = ranked[0]
    return f"“{best}” reads validation digits best, {100 * accuracy:.2f} %; {', '.join(said[1:])}."


def of_chance(found: int, by_chance: Sequence[int]) -> str:
    """Return the conclusion of points that were found, beside how many each shuffle of the labels gives."""
    most = max(by_chance)
    if not found:
        return "No point tells these two apart with these thresholds."
    beside = f"{counted(found, 'point')} found, at most {most:,} with shuffled labels"
    if found <= most:
        return f"{beside}: chance alone explains as many."
    if found <= 2 * most:
        return f"{beside}: more than chance, but not by much."
    return f"{beside}: that is no accident."


def of_atlases(agreement: float, control: float) -> str:
    """Return the conclusion of a comparison of two atlases: the mean correlation of partners, beside that of the control."""
    beyond = agreement - control
    if beyond < PARTLY_ALIKE:
        return "Hardly: patterns turned upside down agree nearly as well."
    if beyond < ALIKE:
        return "In part: they agree better than patterns turned upside down, but not by much."
    return "Yes, by and large: they agree far better than patterns turned upside down."


def of_reading(before: int, after: int, classes: Sequence[str]) -> str:
    """Return what a change makes of a reading; `before`, `after`: the classes that are read."""
    if before == after:
        return f"It is still read as {classes[after]}."
    return f"Now it is read as {classes[after]}, no longer as {classes[before]}."


def of_changes(before: Sequence[float], after: Sequence[float], classes: Sequence[str]) -> str:
    """Return what changes to maps or nodes do to the accuracy of each class (classes,)."""
    change = [100 * (later - earlier) for earlier, later in zip(before, after, strict=True)]
    worst = min(range(len(change)), key=change.__getitem__)
    if change[worst] > -100 * FELT:
        return "No class depends on what was changed: the other maps and nodes make up for it."
    lost = [number for number in change if number <= -100 * FELT]
    if len(lost) == 1:
        return f"Only the {plural(classes[worst])} lose by it: {-change[worst]:.1f} % of them are no longer read right."
    return f"{len(lost)} of {len(change)} classes lose by it, most of all the {plural(classes[worst])}: {-change[worst]:.1f} % of them are no longer read right."
