"""Journeys of applicants: finding a service, applying page by page, driven by the labels of fields alone."""
