"""What a service owner asks of a service: how it looks, whether its examples come out, what changed, how it goes."""
