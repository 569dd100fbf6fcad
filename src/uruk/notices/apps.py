"""The notices room as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Registers the tables of notices and addresses, the channels that come with the node, and the job that sends."""

    name = "uruk.notices"
    label = "notices"

    def ready(self) -> None:
        """Contribute the channels and the jobs."""
        import_module("uruk.notices.wiring")
