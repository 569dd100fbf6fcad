"""What must stand before a node's processes start: its tables, its static files."""

import os
from importlib.metadata import version

import django
from django.core.management import call_command
from django.db import connections

from uruk.kernel.api import Settings
from uruk.web.child import follow_parent


def set_up() -> None:
    """Make Django ready in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()


def prepare(settings: Settings) -> int:
    """Make the data folder ready for this version: migrations, static files; 0. Repeating it is harmless.

    The file ``version`` says which version worked here last.
    """
    follow_parent()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()
    (settings.data / "version").write_text(f"{version('uruk')}\n", encoding="ascii")
    return 0
