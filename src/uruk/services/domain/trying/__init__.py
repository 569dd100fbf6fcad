"""Examples played, and mutants that one of them must notice."""
