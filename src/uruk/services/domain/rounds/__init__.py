"""What the file of a round says, and how anybody ranks it again."""
