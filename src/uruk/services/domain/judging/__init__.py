"""What follows from answers, facts and the day."""
