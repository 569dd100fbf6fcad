"""The people room as a Django application."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Registers persons, their papers, offices and sign-ins under the label ``people``."""

    name = "uruk.people"
    label = "people"
