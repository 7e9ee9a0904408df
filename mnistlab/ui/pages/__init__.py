"""What each page draws: a folder a page, below them what pages share."""
