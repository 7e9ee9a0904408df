"""The page Classes: common points of the digits of a class."""
