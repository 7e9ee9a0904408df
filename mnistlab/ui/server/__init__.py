"""The server's process: what it loads, logs and counts."""
