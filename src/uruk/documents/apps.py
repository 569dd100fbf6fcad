"""The documents room as a Django application."""

from importlib import import_module

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Registers the tables of drafts, proposals and documents, and what this room adds to keys.json and to the jobs."""

    name = "uruk.documents"
    label = "documents"

    def ready(self) -> None:
        """Contribute the kind of definition, the parts of the directory and the jobs."""
        import_module("uruk.documents.wiring")
