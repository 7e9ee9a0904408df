"""The commands of `python -m mnistlab`, one module each; each returns the summary it ends with."""
