"""Training without TensorFlow in the loop, on the compiled loops of the ascent."""
