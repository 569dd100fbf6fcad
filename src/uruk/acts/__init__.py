"""Acts: the one path by which somebody does something with authority, with its receipt, events and jobs."""
