"""Notices: told once, by the channels that somebody chose."""
