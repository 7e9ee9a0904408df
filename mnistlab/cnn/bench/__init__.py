"""What `python -m mnistlab bench` measures with TensorFlow, beside what it is compared with."""
