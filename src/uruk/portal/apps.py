"""The portal as a Django application: pages only, no tables."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Registers templates and static files under the label `portal`."""

    name = "uruk.portal"
    label = "portal"
