"""Webhooks: an institution's own systems are told when something becomes of its cases."""
