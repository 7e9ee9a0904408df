"""Numbers as words of a page."""

# What is closer to zero is none: a sum of rounding errors, or a share that no softmax can mean.
NOTHING = 1e-6


def in_digits(value: float, digits: int = 4) -> str:
    """Return a number with so many digits that count; 0 for what is as good as none, and real minus signs."""
    return "0" if abs(value) < NOTHING else f"{value:.{digits}g}".replace("-", "−")
