"""The server's process: its app, logs and metrics."""
