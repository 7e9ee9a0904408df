"""Lessons as data: a file in TOML -> a checked lesson; what its live parts are about; whether an answer is right.

Nothing in a lesson is ever executed: a live part is one of a closed set (`parts.py`), a right answer is named by a fact that this part computes
(`facts.py`), and sentences take facts by their names only (`words.py`). docs/lessons.md is for those who write lessons.
"""
