"""Rounds at the desk: what is running, in numbers, and how two officers close it."""
