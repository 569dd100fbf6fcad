"""The kinds of definition that the exchange owns: subsystems with their offers, and agreements."""
