"""How a page gets an answer from the workers: kept, asked for, or made by a run."""
