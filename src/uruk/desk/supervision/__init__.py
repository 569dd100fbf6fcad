"""What a supervisor sees to: how much waits where, who has what, what is late, what failed."""
