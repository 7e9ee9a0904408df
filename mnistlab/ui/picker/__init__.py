"""The choice of a digit to look at, of pages that look at one: from the sets, drawn, typed, uploaded, or between two others."""
