"""Reads `service.yaml` into its model."""
