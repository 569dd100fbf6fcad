"""Tests of the language of definitions."""
