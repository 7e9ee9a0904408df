"""What is computed of weights and outputs, without TensorFlow."""
