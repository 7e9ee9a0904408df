"""Tests of all that needs TensorFlow; Streamlit is never imported in their process."""

import numpy as np
import pytest
from hypothesis import settings
from support.isolation import ban, home, real_mnist

from mnistlab.data.digits import Digits
from mnistlab.data.embedded import sample_digits

__all__ = ["home", "real_mnist"]

ban("streamlit")
settings.register_profile("mnistlab", derandomize=True, database=None, deadline=None, max_examples=10)
settings.load_profile("mnistlab")


def some_digits(count: int, seed: int) -> Digits:
    labels = (np.arange(count) % 10).astype(np.uint8)
    return Digits(sample_digits(labels, seed), labels)


@pytest.fixture(scope="session")
def training_digits() -> Digits:
    """As many as the small recipe learns from."""
    return some_digits(500, seed=11)


@pytest.fixture(scope="session")
def validation_digits() -> Digits:
    """More than one batch of the evaluation, and not a multiple of it."""
    return some_digits(1_234, seed=12)
