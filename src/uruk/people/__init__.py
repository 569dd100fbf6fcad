"""People: persons, officers and their offices, sign-in, assurance, approval by a second person."""
