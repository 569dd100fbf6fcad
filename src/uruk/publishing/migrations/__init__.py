"""The tables of publishing, as they came to be."""
