"""Numbers as text for pages."""

# Smaller values are shown as zero: they are rounding errors, or shares that a softmax cannot mean.
NOTHING = 1e-6


def in_digits(value: float, digits: int = 4) -> str:
    """Return a number with `digits` significant digits and a real minus sign; 0 for values below NOTHING."""
    return "0" if abs(value) < NOTHING else f"{value:.{digits}g}".replace("-", "−")
