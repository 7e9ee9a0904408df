"""How a page gets an answer from the workers: from the cache, as a question, or from a run."""
