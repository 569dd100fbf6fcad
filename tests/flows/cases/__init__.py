"""Journeys of applicants after they applied: waiting, refused, sent back, withdrawn, granted."""
