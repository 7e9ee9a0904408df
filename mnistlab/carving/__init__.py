"""The geometry and the shades of a dream: everything around the ascent (algorithms.md §6)."""
