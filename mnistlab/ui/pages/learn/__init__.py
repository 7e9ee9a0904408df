"""The page Learn: lessons in steps of predict, look, explain."""
