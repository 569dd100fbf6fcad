"""What an officer does."""
