"""Runs and views -> what does the same without mnistlab: a script and a notebook in plain Keras and NumPy, with the data they need, in one zip.

The templates are scripts in `assets/exports/`, in the percent format that editors know as notebooks. `templates.py` fills in choices, `network_code.py` the
layers; there is a module for each kind. Nothing here imports Keras: its calls are only written down.
"""
