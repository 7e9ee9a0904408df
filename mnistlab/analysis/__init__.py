"""Analysis of weights and outputs, without TensorFlow."""
