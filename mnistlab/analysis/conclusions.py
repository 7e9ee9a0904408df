"""Results -> what follows from them, in a sentence."""

# From here on digits of the training are read so much better than others that they are remembered, not understood.
OVERFITTED, BY_HEART = 0.02, 0.04
# Of twice what guessing gives, nothing has been learnt to speak of.
HARDLY = 2.0


def of_training(training: float, validation: float, digits: int, classes: int) -> str:
    """Return what a training has come to.

    Arguments:
        training: the share of its own digits that a network reads right at the end.
        validation: the share of others.
        digits: how many it was trained on.
        classes: among which it chooses.
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
