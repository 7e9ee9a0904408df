"""The contents of the pages: one folder per page, which know nothing of each other."""
