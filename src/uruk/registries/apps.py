"""The registries room as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class RegistriesConfig(AppConfig):
    """Registers the tables that all registries share, and what this room tells those below it."""

    name = "uruk.registries"
    label = "registries"

    def ready(self) -> None:
        """Contribute the kind of definition and the jobs."""
        import_module("uruk.registries.wiring")
