"""The ui room as a Django application: templates, static files and template tags, no tables."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Registers templates, static files and template tags under the label `ui`."""

    name = "uruk.ui"
    label = "ui"
