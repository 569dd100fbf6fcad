"""What the state knows about me: a citizen's records, their history, and what they asked to have corrected."""
