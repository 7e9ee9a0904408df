"""Results -> a conclusion in one sentence."""

# Differences of accuracy between training digits and others from which a network overfits, and has learnt by heart.
OVERFITTED, BY_HEART = 0.02, 0.04
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
