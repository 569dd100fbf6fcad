"""The services room as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class ServicesConfig(AppConfig):
    """Registers the tables of cases, and what this room tells those below it."""

    name = "uruk.services"
    label = "services"

    def ready(self) -> None:
        """Contribute the kind of definition, projections and jobs."""
        import_module("uruk.services.wiring")
