"""Drafts, and submission."""
