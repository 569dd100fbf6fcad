"""Damages to a country, each with what `uruk check` must say about it."""
