"""What I was told, and how I am told."""
