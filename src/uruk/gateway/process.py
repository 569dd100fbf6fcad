"""The gateway's process: ``python -m uruk.gateway.process``. It ends on SIGTERM, SIGINT, and with its parent."""

import asyncio
import gc
import os
import resource
import signal
import sys

import structlog
import uvloop

from uruk.gateway.gateway import Gateway
from uruk.gateway.lines import configure_lines
from uruk.gateway.reloading import Reloading
from uruk.kernel.api import CodedError, Settings, load_settings, stand_behind

_LOG = structlog.get_logger("uruk.gateway")
SWITCH_S = 0.001  # the loop gets the interpreter back from settling so soon
PARENT_PIPE = "NODE_PARENT_PIPE"
"""Names the inherited pipe whose other end only the parent holds: its end is the parent's end."""


def run(settings: Settings) -> int:
    """Run a gateway until it is told to stop; 0 after a clean stop, 1 where it could not start or go on."""
    configure_lines(settings.log_format)
    if settings.demo_clock is not None:
        stand_behind(settings.demo_clock)
    _allow_many_files()
    sys.setswitchinterval(SWITCH_S)
    try:
        gateway = Gateway(settings)
    except CodedError as error:
        _LOG.error("gateway did not start", error=str(error))
        return 1
    code: int = uvloop.run(serve(gateway))
    return code


async def serve(gateway: Gateway) -> int:
    """Open, serve until told to stop or until the log has given up, close."""
    stopped = asyncio.Event()
    _stop_when_told(stopped)
    code = 0
    try:
        await gateway.open()
        _collect_seldom()
        _LOG.info("gateway serves", ports=gateway.doors.ports, node=gateway.state.snapshot.node)
        reloading = asyncio.ensure_future(Reloading(gateway).run())
        told = asyncio.ensure_future(stopped.wait())
        await asyncio.wait((reloading, told), return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if not stopped.is_set():  # the log has stopped, or the looking has failed: neither may go unnoticed
            code = 1
            _LOG.error("gateway cannot go on", error=repr(reloading.exception() if reloading.done() else None))
        reloading.cancel()
        await asyncio.gather(reloading, told, return_exceptions=True)
    except (CodedError, OSError) as error:
        _LOG.error("gateway did not start", error=str(error))
        code = 1
    await gateway.close()
    return code


def _collect_seldom() -> None:
    """What is there by now stays: the collector need not look at it again, nor at every message."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 20)


def _stop_when_told(stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    pipe = os.environ.get(PARENT_PIPE)
    if pipe is not None:
        # Nothing is ever written: it can be read when the last writing end is closed.
        loop.add_reader(int(pipe), _parent_gone, loop, int(pipe), stopped)


def _parent_gone(loop: asyncio.AbstractEventLoop, pipe: int, stopped: asyncio.Event) -> None:
    loop.remove_reader(pipe)
    stopped.set()


def _allow_many_files() -> None:
    """As many open files as the machine lets us have: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    sys.exit(run(load_settings(os.environ)))
