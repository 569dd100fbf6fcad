"""Stored bytes: content-addressed files, and the reading of foreign PDFs in a child process."""
