"""The page Lab: everybody's runs, and the administrator's tools."""
