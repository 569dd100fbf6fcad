"""Private keys behind two small protocols; each key has one use (identity, log, seal)."""
