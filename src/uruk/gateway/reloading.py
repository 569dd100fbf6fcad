"""A gateway takes up what changes on the disk: snapshot, country directory, certificates; and what witnesses say."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import structlog

from uruk.exchange.api import CountryDirectory, Snapshot, open_or_create, read_snapshot
from uruk.gateway.gateway import Gateway
from uruk.kernel.api import CodedError

_LOG = structlog.get_logger("uruk.gateway")
POLL_S = 0.5
WITNESSES_EVERY = 20  # polls

Seen = tuple[int, int, int]


class Reloading:
    """Looks twice a second. What cannot be read is told in /health, and the gateway goes on with what it had."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._snapshot = gateway.folder / "snapshot.json"
        self._certificate = gateway.tls.cert_path
        self._seen = self._look()
        self._polls = 0

    async def run(self) -> None:
        """Look until cancelled, or until the log has stopped: the process must then end."""
        while not self._gateway.writer.stopped:
            await asyncio.sleep(POLL_S)
            self._polls += 1
            await self.turn()

    async def turn(self) -> None:
        """Look once."""
        gateway = self._gateway
        seen = self._look()
        if seen != self._seen or gateway.directories.changed():
            self._seen = seen
            await self._reload()
        await asyncio.to_thread(self._in_background)

    async def _reload(self) -> None:
        gateway = self._gateway
        try:
            snapshot, directory, missing = await asyncio.to_thread(self._read)
            gateway.tls = open_or_create(gateway.folder / "tls", snapshot.node, gateway.clock.now())
            gateway.state.take(snapshot, directory)
            gateway.problem = missing
            _LOG.info("reloaded", directory=directory.version, snapshot=snapshot.made_at)
        except CodedError as error:
            gateway.problem = error
            _LOG.error("not reloaded", error=error.code)

    def _read(self) -> tuple[Snapshot, CountryDirectory, CodedError | None]:
        """The newest of both; a snapshot of another node or instance is refused, for the logs here are this one's.

        A node that has no directory yet takes up its snapshot all the same, with the error that says so.
        """
        snapshot, before = read_snapshot(self._gateway.folder), self._gateway.state.snapshot
        if (snapshot.node, snapshot.instance) != (before.node, before.instance):
            raise CodedError("exchange.snapshot_malformed", reason=f"{snapshot.instance}/{snapshot.node}")
        try:
            return snapshot, self._gateway.directories.current(), None
        except CodedError as error:
            if error.code != "exchange.directory_missing":
                raise
            return snapshot, self._gateway.state.directory, error

    def _in_background(self) -> None:
        """What takes a moment and can wait for one."""
        gateway = self._gateway
        try:
            gateway.held.flush()
            for institution, generation in self._to_follow():
                gateway.writer.renew(institution, generation)
            if self._polls % WITNESSES_EVERY == 0:
                for institution in set(self._to_renew()):
                    gateway.writer.renew(institution)
        except (CodedError, OSError) as error:
            _LOG.error("not kept", error=type(error).__name__)

    def _to_follow(self) -> list[tuple[str, int]]:
        """The institutions whose log must be of a later generation, and of which: its next key has become known."""
        reached: dict[str, int] = {}
        for log in self._gateway.writer.logs():
            reached[log.institution] = max(log.generation, reached.get(log.institution, 0))
        wanted = [(member.institution, member.generation) for member in self._gateway.state.snapshot.members]
        return [(code, generation) for code, generation in wanted if generation > reached.get(code, generation)]

    def _to_renew(self) -> Iterator[str]:
        """The institutions whose log must begin anew: a witness saw more of it, or two histories of it are proved."""
        gateway = self._gateway
        behind = {answer.origin for answer in gateway.cosigned.answers() if answer.is_behind}
        for log in gateway.writer.logs():
            if log.closed is None and (log.origin in behind or gateway.state.directory.is_quarantined(log.origin)):
                yield log.institution

    def _look(self) -> tuple[Seen, Seen]:
        return _seen(self._snapshot), _seen(self._certificate)


def _seen(path: Path) -> Seen:
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0, 0, 0
    return found.st_mtime_ns, found.st_ino, found.st_size
