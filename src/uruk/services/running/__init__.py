"""What a case does by itself, one step after the other."""
