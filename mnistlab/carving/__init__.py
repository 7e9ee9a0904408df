"""The geometry and the shades of a dream: what becomes of a picture around the ascent (algorithms.md §6)."""
