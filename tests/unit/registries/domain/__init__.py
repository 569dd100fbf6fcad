"""What a registry is, by its definition."""
