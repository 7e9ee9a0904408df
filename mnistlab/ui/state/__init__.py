"""The state of a page, kept in its link and in the session."""
