"""The exchange's kinds of definition: subsystems with what they offer, agreements about it."""
