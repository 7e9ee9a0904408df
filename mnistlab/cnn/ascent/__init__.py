"""Gradient ascent on images: goals, fast gradients, robustness, and the loop."""
