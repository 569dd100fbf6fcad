"""Definitions in force: frozen under a digest when published, opened again by it for ever."""
