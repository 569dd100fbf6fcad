"""A verifier that shares no code with ours, and its tests."""
