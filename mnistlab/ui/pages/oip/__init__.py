"""The page OIP: the pattern a map reacts to most."""
