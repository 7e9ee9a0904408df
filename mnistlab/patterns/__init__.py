"""Start patterns of an ascent and the comparison of what came out; NumPy and Pillow only, so pages may import it."""
