"""Journeys of people through a running node, in a real browser."""
