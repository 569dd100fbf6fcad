"""The process that serves the pages: gunicorn, with threads."""

import tempfile
from typing import Any

from gunicorn.app.base import BaseApplication

from uruk.acts.api import node_settings
from uruk.kernel.api import Settings
from uruk.publishing.api import PAGES_SOCKET
from uruk.web.child import follow_parent
from uruk.web.wsgi import application


class Pages(BaseApplication):
    """Gunicorn, set by the kernel's settings and by nothing else."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Hand gunicorn its settings."""
        for name, value in gunicorn_settings(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application."""
        return application


def gunicorn_settings(settings: Settings) -> dict[str, Any]:
    """Gunicorn's settings; waits in seconds."""
    return {
        "bind": [settings.listen, f"unix:{settings.data / PAGES_SOCKET}"],
        # The socket is for the node's own user alone: by it the gateway brings what other institutions ask.
        "umask": 0o077,
        "workers": settings.workers,
        "threads": settings.threads,
        "worker_class": "gthread",
        "timeout": 60,
        "graceful_timeout": 10,
        "keepalive": 5,
        "limit_request_line": 8190,
        "worker_tmp_dir": tempfile.gettempdir(),
        "control_socket_disable": True,
        "proc_name": "uruk",
        "loglevel": "warning",
    }


def run() -> int:
    """Serve the pages until told to stop; gunicorn answers the signals itself."""
    follow_parent()
    Pages(node_settings()).run()
    return 0
