"""The plainest Django page that keeps what was typed in one row and leads to the next: what a step is held against.

As many processes and threads of the same gunicorn as the node's pages, the same settings of the database; nobody is
signed in, nothing is checked, nothing is looked up. Run by services_steps.py: ``services_plain.py HOST:PORT``.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from gunicorn.app.base import BaseApplication

from uruk.kernel.api import load_settings
from uruk.web.database import database_settings

URUK = load_settings(os.environ)
FOLDER = Path(URUK.data) / "plain"
PAGE = "<!doctype html><title>page</title><form method=post><p>%s</p>%s<button>on</button></form>"
FIELD = "<label>%s <input name=%s></label>"
TABLE = "CREATE TABLE IF NOT EXISTS plain_kept (id integer PRIMARY KEY, answers %s NOT NULL)"

FOLDER.mkdir(exist_ok=True)
settings.configure(
    DATABASES={"default": database_settings(URUK.database, FOLDER)},
    ROOT_URLCONF=__name__,
    SECRET_KEY="no secret",
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    LOGGING_CONFIG=None,
)

import django  # noqa: E402

django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402


class Kept(models.Model):
    """What somebody has typed so far."""

    id = models.IntegerField(primary_key=True)
    answers = models.JSONField()

    class Meta:
        """A table without a room."""

        app_label = "plain"

    def __str__(self) -> str:
        return str(self.pk)


def page(request: HttpRequest, who: int, number: int) -> HttpResponse:
    """A page of ten fields; what was typed there is kept in one row."""
    row = Kept.objects.filter(pk=who).first() or Kept(id=who, answers={})
    if request.method == "POST":
        row.answers |= request.POST.dict()
        row.save()
        return HttpResponse(status=302, headers={"Location": f"/{who}/{number + 1}"})
    fields = "".join(FIELD % (at, at) for at in range(number * 10, number * 10 + 10))
    return HttpResponse(PAGE % (len(row.answers), fields))


urlpatterns = [path("<int:who>/<int:number>", page)]


class Plain(BaseApplication):
    """The same gunicorn, elsewhere."""

    def load_config(self) -> None:
        """Its settings are those of the node's pages, as far as they have to do with speed."""
        chosen = {
            "bind": [sys.argv[1]],
            "workers": URUK.workers,
            "threads": URUK.threads,
            "worker_class": "gthread",
            "worker_tmp_dir": tempfile.gettempdir(),
            "control_socket_disable": True,
            "loglevel": "warning",
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application."""
        return WSGIHandler()


def main() -> None:
    """Make the table and serve."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE % ("jsonb" if connection.vendor == "postgresql" else "text"))
    connection.close()
    Plain().run()


if __name__ == "__main__":
    main()
