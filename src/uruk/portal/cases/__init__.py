"""My cases: what I applied for, whose turn it is, why it was decided, and what I may do about it."""
