"""Journeys of the demonstration."""
