"""Pages of services for who owns them."""
