"""The page Atlas: the patterns of all maps of a layer."""
