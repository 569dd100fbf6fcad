"""Finds what a service names, types and compiles its expressions."""
