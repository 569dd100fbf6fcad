"""What the acts of a case say, what they come to, and what comes next."""
