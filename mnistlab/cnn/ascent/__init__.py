"""Gradient ascent on images: what is maximised, how fast its gradient is had, what it must withstand, and the loop."""
