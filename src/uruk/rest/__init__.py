"""What programs use: verifying by POST, and the public files (keys, status lists, logs)."""
