"""The desk as a Django application: templates and translations, no tables."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Registers templates and translations under the label `desk`."""

    name = "uruk.desk"
    label = "desk"
