"""The page Classes: what the digits of a class have in common."""
