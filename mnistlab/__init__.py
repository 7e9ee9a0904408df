"""mnistlab: a laboratory for looking inside one small convolutional network."""

__version__ = "0.1.0"
