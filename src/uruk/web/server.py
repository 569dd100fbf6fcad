"""A node's process tree: the log's writer, the pages, the jobs, the gateway. ``python -m uruk.web.server``."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from uruk.kernel.api import SETTINGS, CodedError, Settings, load_settings
from uruk.trust.api import LogClient
from uruk.web.child import PARENT_PIPE, parent_is_gone
from uruk.web.prepare import prepare, set_up
from uruk.web.process import Forked, load
from uruk.web.secret import keep_secret

_LOG = structlog.get_logger("uruk.web")
START_LIMIT_S = 120.0
STOP_LIMIT_S = 15.0
RESTARTS_MAX = 5  # of one process within the period; more often, a person must look
RESTARTS_PERIOD_S = 3600.0
GATEWAY_PAUSE_S = 60.0  # before a gateway that ended too often is tried again
ORDER_OF_END = ("pages", "jobs", "gateway", "log")
_POLL_S = 0.2
_START_POLL_S = 0.02
# What opens keys, rows and sessions; the gateway has keys of its own, and nothing else of it is for the gateway.
_SECRETS = tuple(each.name for each in SETTINGS if each.kind == "secret")

Process = Forked | subprocess.Popen[bytes]


class NodeProcesses:
    """The processes of one node. They end with this object's process, however that ends."""

    def __init__(self, settings: Settings, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._monotonic = settings, monotonic
        self._running: dict[str, Process] = {}
        self._work: dict[str, Callable[[], int]] = {}
        self._restarts: dict[str, list[float]] = {"log": [], "jobs": [], "gateway": []}
        self._gateway_again_at = 0.0
        # Their end is readable once nobody holds ours any more.
        self._theirs, self._ours = os.pipe()
        os.set_inheritable(self._theirs, True)

    def start(self) -> None:
        """Start the log, finish pending acts, then start the rest; ``web.log_not_started`` if the log is not.

        The gateway starts when there is a snapshot for it, now or later; the others do not wait for it. What else needs
        rows or files is done by children: who forks holds neither.
        """
        set_up()
        self._do("prepare", lambda: prepare(self._settings))
        self._work = load()
        self._spawn("log")
        self._wait_for_log()
        self._do("pending", self._work["pending"])
        self._spawn("pages")
        self._spawn("jobs")
        self._start_gateway()

    def watch(self, stopped: threading.Event) -> int:
        """Keep the processes running until ``stopped``; 0 then, 1 when one of them could not be kept running."""
        while not stopped.wait(_POLL_S) and not parent_is_gone():
            for name in [name for name, process in self._running.items() if process.poll() is not None]:
                if not self._replace(name):
                    return 1
            self._start_gateway()
        return 0

    def stop(self) -> None:
        """Stop pages, jobs, gateway, then the log, each after what it is at; whoever takes too long is ended."""
        for name in ORDER_OF_END:
            process = self._running.pop(name, None)
            if process is not None:
                _stop(process)
        os.close(self._ours)
        os.close(self._theirs)

    def _spawn(self, name: str) -> None:
        self._running[name] = self._gateway() if name == "gateway" else self._fork(name, self._work[name])

    def _fork(self, name: str, work: Callable[[], int]) -> Forked:
        return Forked(name, work, self._theirs, (self._ours,))

    def _gateway(self) -> Process:
        """A process of its own from the start: it loads no Django, and nothing in its memory was ours."""
        return subprocess.Popen(
            [sys.executable, "-m", "uruk.gateway.process"],
            env=child_environment(self._settings, self._theirs, without=_SECRETS),
            pass_fds=(self._theirs,),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _do(self, name: str, work: Callable[[], int]) -> None:
        """Have a child do this, and wait for it; ``web.not_prepared`` where it could not."""
        child = self._fork(name, work)
        while child.poll() is None:
            if parent_is_gone():
                child.terminate()
            time.sleep(_START_POLL_S)
        if child.returncode != 0:
            raise CodedError("web.not_prepared", part=name)

    def _replace(self, name: str) -> bool:
        """Start a process again that ended by itself; the pages' end, or another's too often, is the node's.

        Not the gateway's: without it documents are still issued and verified, so it is tried again after a pause.
        """
        _LOG.error("process ended", process=name, code=self._running[name].returncode)
        if name == "gateway":
            self._pause_gateway()
            return True
        if name not in self._restarts or not self._may_restart(name):
            return False
        self._spawn(name)
        return True

    def _start_gateway(self) -> None:
        """Start the gateway once what it must know has been written, unless it runs or has to wait."""
        if "gateway" in self._running or self._monotonic() < self._gateway_again_at:
            return
        if (self._settings.data / "gateway" / "snapshot.json").is_file():
            self._spawn("gateway")

    def _pause_gateway(self) -> None:
        del self._running["gateway"]
        pause = 0.0 if self._may_restart("gateway") else GATEWAY_PAUSE_S
        self._gateway_again_at = self._monotonic() + pause

    def _may_restart(self, name: str) -> bool:
        """Whether it ended seldom enough of late; counts this end."""
        now = self._monotonic()
        recent = [moment for moment in self._restarts[name] if now - moment < RESTARTS_PERIOD_S]
        self._restarts[name] = [*recent, now]
        return len(recent) < RESTARTS_MAX

    def _wait_for_log(self) -> None:
        client = LogClient(self._settings.data / "log.sock", patience_s=0)
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline and self._running["log"].poll() is None and not parent_is_gone():
            try:
                client.logs()
                client.close()
                return
            except CodedError:
                time.sleep(_START_POLL_S)
        raise CodedError("web.log_not_started")


def serve(settings: Settings, on_ready: Callable[[], None] | None = None) -> int:
    """Run a node until SIGTERM or SIGINT; return 0 after a clean stop, 1 when it could not start or go on.

    ``on_ready`` is called when log, pages and jobs have been started.
    """
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    keep_secret(settings.data)
    node = NodeProcesses(settings)
    try:
        node.start()
        if on_ready is not None:
            on_ready()
        return node.watch(stopped)
    except CodedError as error:
        _LOG.error("node did not start", error=str(error))
        return 1
    finally:
        node.stop()


def child_environment(settings: Settings, pipe: int, without: Iterable[str] = ()) -> dict[str, str]:
    """The environment of a process of the node: these very settings, wherever they came from, but some left out."""
    values = {each.name: getattr(settings, each.attribute) for each in SETTINGS}
    told = {name: "" if value is None else str(value) for name, value in values.items()}
    source = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH"))))
    environment = {**os.environ, **told, PARENT_PIPE: str(pipe), "PYTHONPATH": path}
    return {name: value for name, value in environment.items() if name not in set(without)}


def _stop(process: Process) -> None:
    process.terminate()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(serve(load_settings(os.environ)))
