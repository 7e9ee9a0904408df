"""The page Explain: what an answer rests on, down to the pixels."""
