"""Keys, signatures, statements, logs, receipts, timestamps, and every way of verifying. No Django."""
