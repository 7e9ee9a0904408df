"""Digits: MNIST or the embedded ones, and how images are standardised."""
