"""The page Activations: the output of every map and node for a digit."""
