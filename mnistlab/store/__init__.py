"""The store: everything that lasts, on disk."""
