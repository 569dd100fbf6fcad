"""Tests of the portal account pages."""
