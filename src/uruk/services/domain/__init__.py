"""What a service says and what follows from it: no database, no clock, no files."""
