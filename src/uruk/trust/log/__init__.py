"""Append-only Merkle logs: one journal a node, one tree an institution, a receipt for every entry."""
