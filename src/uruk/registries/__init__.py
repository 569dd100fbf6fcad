"""Registries: what an institution knows, with its whole history."""
