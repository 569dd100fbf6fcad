"""Bringing many records in at once from a file: read, checked with a preview, and written in change sets."""
