"""The page Train: a training and its run."""
