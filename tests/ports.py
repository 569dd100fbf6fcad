"""Ports for what tests start: looked for at one moment and listened at a moment later, beside other processes."""

from uruk.cli.demo.server import Ports

# Claimed until this process ends, so that no two of them are one.
_PORTS = Ports()


def free_port() -> int:
    """A port of loopback that nobody holds, and that no connection is given meanwhile."""
    return _PORTS.free()
