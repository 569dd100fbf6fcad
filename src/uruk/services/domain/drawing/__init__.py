"""The flow of a service as a picture."""
