"""The process of the node's one log writer."""

from django.db import connections

from uruk.acts.api import instance_code, node_settings, open_log_writer
from uruk.trust.api import LogService
from uruk.web.child import stop_when_told


def run() -> int:
    """Serve the log at ``DATA/log.sock`` until told to stop; a writer that gives up ends the process with an error."""
    writer = open_log_writer(instance_code())
    connections.close_all()
    try:
        service = LogService(writer, node_settings().data / "log.sock")
        stop_when_told(service.stop)
        service.serve()
    finally:
        writer.close()
    return 0
