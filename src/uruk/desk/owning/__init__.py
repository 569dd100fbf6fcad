"""What a service owner sees: each service as citizens will see it, what changes, publishing by two persons, numbers."""
