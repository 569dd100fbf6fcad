"""The people room as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers persons, their papers, offices and sign-ins under the label ``people``."""

    name = "uruk.people"
    label = "people"

    def ready(self) -> None:
        """Connect what this room tells to those below; its tables can be named only now."""
        import_module("uruk.people.wiring")
