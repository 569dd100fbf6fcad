"""Registries for programs: read, written and described over REST."""
