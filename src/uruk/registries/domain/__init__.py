"""The rules of registries: no database, no clock, no files."""
