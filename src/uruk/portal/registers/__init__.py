"""What institutions publish of their registries: lists, records with their history, open data."""
