"""The page Dream: patterns carved into a picture."""
