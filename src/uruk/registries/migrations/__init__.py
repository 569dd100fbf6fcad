"""The tables that all registries share, as they came to be."""
