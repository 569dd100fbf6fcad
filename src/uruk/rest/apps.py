"""The rest room as a Django application: addresses only."""

from django.apps import AppConfig


class RestConfig(AppConfig):
    """Registers the room under the label `rest`."""

    name = "uruk.rest"
    label = "rest"
