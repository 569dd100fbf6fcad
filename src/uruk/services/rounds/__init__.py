"""Rounds as they are run: which cases are of a call, its end, its decision, its published file, its freed places."""
