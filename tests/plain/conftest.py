"""Tests of all that stands without TensorFlow and Streamlit; neither is ever imported in their process."""

from hypothesis import settings
from support.isolation import ban, home, real_mnist

__all__ = ["home", "real_mnist"]

ban("tensorflow", "keras", "streamlit")
# The same examples each time, and no time limit for one: machines differ.
settings.register_profile("mnistlab", derandomize=True, database=None, deadline=None, max_examples=100)
settings.load_profile("mnistlab")
