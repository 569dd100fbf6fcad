"""What programs use: verifying by POST, registries by token, and the public files (keys, status lists, logs)."""
