"""Lessons in a class: whoever opens it sees, live, where everybody is and how answers are spread; members follow."""
