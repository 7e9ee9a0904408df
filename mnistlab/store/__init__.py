"""The store: all data on disk."""
