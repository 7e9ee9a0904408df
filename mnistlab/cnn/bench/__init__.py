"""The measurements of `python -m mnistlab bench` that need TensorFlow."""
