"""What a person is told, and by which channel."""
