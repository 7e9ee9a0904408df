"""The page Activations: what every map and node makes of a digit."""
