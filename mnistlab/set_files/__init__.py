"""Files with digits from elsewhere -> a checked set of digits (docs/decisions/0037)."""
