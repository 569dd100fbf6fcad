"""Journeys of those who verify: by code with and without a network, by file, by number; and of the holder."""
