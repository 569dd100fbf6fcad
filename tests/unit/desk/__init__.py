"""Tests of the desk pages."""
