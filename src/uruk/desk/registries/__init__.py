"""The officers' pages of registries."""
