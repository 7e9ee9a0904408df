"""The measurements of `python -m mnistlab bench`."""
