"""The command line: one command for each thing that is done at a terminal."""
