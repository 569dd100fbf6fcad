"""SQLite as Django has it, with a queue for the writers of a process."""
