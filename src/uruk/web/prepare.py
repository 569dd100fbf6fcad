"""What must stand before a node's processes start: its secret, its tables, its static files."""

import os
from importlib.metadata import version

import django
from django.core.management import call_command
from django.db import connections

from uruk.kernel.api import Settings
from uruk.web.secret import keep_secret


def set_up() -> None:
    """Make Django ready in this process."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uruk.web.settings")
    django.setup()


def prepare(settings: Settings) -> None:
    """Make the data folder ready for this version: secret, migrations, static files. Repeating it is harmless.

    The file ``version`` says which version worked here last.
    """
    keep_secret(settings.data)
    set_up()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()
    (settings.data / "version").write_text(f"{version('uruk')}\n", encoding="ascii")
