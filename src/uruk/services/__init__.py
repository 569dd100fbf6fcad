"""Services: what an institution does for people, as a definition that is checked, tried and drawn."""
