"""Start patterns of an ascent, and tools to show and compare patterns; NumPy and Pillow only, so that pages may import it."""
