"""Evidence: bodies, headers and the other party's receipts, kept apart for the retention time."""
