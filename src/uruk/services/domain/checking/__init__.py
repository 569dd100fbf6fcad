"""All that is wrong with a service."""
