"""The acts room as a Django application."""

from django.apps import AppConfig


class ActsConfig(AppConfig):
    """Registers the tables of acts, receipts, jobs, keys and directory versions under the label ``acts``."""

    name = "uruk.acts"
    label = "acts"
