"""The publishing room as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    """Registers published definitions and the country they came from under the label ``publishing``."""

    name = "uruk.publishing"
    label = "publishing"

    def ready(self) -> None:
        """Tell the rooms below what the country says of roles; the tables can be named only now."""
        import_module("uruk.publishing.wiring")
