"""Keeping a node: its backup as one point of database, journal and keys; restoring it; upgrading."""
