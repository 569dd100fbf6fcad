"""The process of the node's one log writer."""

import threading

from django.db import connections

from uruk.acts.api import instance_code, node_settings, open_log_writer
from uruk.trust.api import LogService
from uruk.web.child import stop_when_told


def run() -> int:
    """Serve the log at ``DATA/log.sock`` until told to stop; a writer that gives up ends the process with an error."""
    stopped = threading.Event()
    services: list[LogService] = []

    def stop() -> None:
        stopped.set()
        for service in services:
            service.stop()

    # Before anything is opened: whoever is told to stop while starting still leaves nothing behind.
    stop_when_told(stop)
    writer = open_log_writer(instance_code())
    connections.close_all()
    try:
        services.append(LogService(writer, node_settings().data / "log.sock"))
        if stopped.is_set():
            services[0].stop()
        services[0].serve()
    finally:
        writer.close()
    return 0
