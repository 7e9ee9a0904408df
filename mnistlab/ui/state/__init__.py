"""What a page shows, kept in its link and in the session."""
