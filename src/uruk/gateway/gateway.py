"""A gateway put together: state, log, evidence, links, doors; opened once, reloaded while it runs, closed in order."""

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from uruk.exchange.api import (
    CosignedStore,
    CountryDirectory,
    DirectoryStore,
    EvidenceStore,
    HeldCheckpoints,
    Snapshot,
    UsageIndex,
    WitnessPolicy,
    latest_known,
    open_or_create,
    read_snapshot,
)
from uruk.gateway.bodies import Bodies
from uruk.gateway.calls import BuiltIn
from uruk.gateway.consumer import Consumer
from uruk.gateway.doors import Doors, host_and_port
from uruk.gateway.health import Check, Health, raised
from uruk.gateway.journal import Journal
from uruk.gateway.listening import Answer, Incoming
from uruk.gateway.listing import CLIENTS, CONFIGURATION, Listing
from uruk.gateway.meta import MetaServices
from uruk.gateway.metrics import Metrics
from uruk.gateway.noting import give_again
from uruk.gateway.outbox import Deliveries
from uruk.gateway.outbox_store import OutboxStore
from uruk.gateway.peers import Ends, PeerClient, PeerServer
from uruk.gateway.provider import Provider
from uruk.gateway.records import Records
from uruk.gateway.refusals import Refusals
from uruk.gateway.retention import Retention
from uruk.gateway.server import InformationSystems
from uruk.gateway.state import State
from uruk.gateway.tracker import Tracker
from uruk.gateway.upstream import Upstream
from uruk.gateway.verifying import Verifier
from uruk.kernel.api import Clock, CodedError, Settings, SystemClock, rfc3339
from uruk.trust.api import LogNames, LogWriter, log_keys, own_key_store

HEALTH, METRICS = "/health", "/metrics"
CALLS_S, ANSWERS_S = 8.0, 3.0  # what is under way has this long when the gateway ends
CERTIFICATE_WARNING = timedelta(days=14)
LOG_LATE = timedelta(days=7)  # a log is of one year; the next follows it by itself


class Gateway:
    """One gateway. Make it outside of any loop (it recovers its log), `open` and `close` it in the loop."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.folder = settings.data / "gateway"
        self.directories = DirectoryStore(settings.data / "directory")
        self.problem: CodedError | None = None  # why the newest snapshot or directory is not in force
        snapshot = read_snapshot(self.folder)
        grace = timedelta(days=settings.directory_grace_days)
        self.state = State(snapshot, self.newest_directory(snapshot.instance), self.clock, grace)
        self.tls = open_or_create(self.folder / "tls", snapshot.node, self.clock.now())
        self.bodies = Bodies(self.folder / "spool")
        self.held = HeldCheckpoints(settings.data / "witness")
        self.cosigned = CosignedStore(settings.data / "witness")
        self.usage = UsageIndex(settings.data / "usage", self.clock)
        self.metrics = Metrics()
        evidence = EvidenceStore(self.folder / "evidence", self.bodies.folder)
        self.writer = self._open_log(snapshot, evidence)
        self.journal = Journal(self.writer, evidence)
        self.bodies.empty()
        give_again(evidence, self.usage)
        self._tasks: list[asyncio.Future[None]] = []
        self.outbox = OutboxStore(self.folder / "outbox.db")

    def newest_directory(self, instance: str) -> CountryDirectory:
        """The country directory as it is kept here; an empty one, too old to go by, where there is none yet."""
        try:
            return self.directories.current()
        except CodedError as error:
            self.problem = error
            return CountryDirectory(instance, 0, b"", datetime.fromtimestamp(0, UTC), "", {}, {})

    def _open_log(self, snapshot: Snapshot, evidence: EvidenceStore) -> LogWriter:
        settings, trust = self.settings, self.folder / "trust"
        known = latest_known(settings.data, trust / "known", settings.known, snapshot.node, self.state.directory)
        return LogWriter(
            trust,
            settings.data / "public" / "log",
            LogNames(snapshot.instance, snapshot.node, shard=1),
            log_keys(own_key_store(self.folder)),
            clock=self.clock,
            latest=known,
            announced=self.state.directory.version > 0,
            asides=evidence,
        )

    # In the loop

    async def open(self) -> None:
        """Begin to serve: other gateways first, then information systems."""
        self.journal.start()
        self._connect_parts()
        settings = self.settings
        await self.peer_server.start(*host_and_port(settings.peer_listen))
        await self.doors.open_own(self.folder)
        await self.doors.open_plain(settings.gateway_listen)
        if settings.gateway_tls_listen:
            await self.doors.open_tls(settings.gateway_tls_listen, self.tls.cert_path, self.tls.key_path)
        self._tasks = [asyncio.ensure_future(self.refusals.run()), asyncio.ensure_future(self.deliveries.run())]
        self._tasks.append(asyncio.ensure_future(self.retention.run()))

    def _connect_parts(self) -> None:
        settings, state = self.settings, self.state
        limit = settings.gateway_max_body_bytes
        verifier = Verifier(state, self.held)
        self.ends = Ends(state, self.bodies, self.directories)
        self.peers = PeerClient(self.ends, self.tls)
        self.peer_server = PeerServer(self.ends, self.tls)
        self.upstream = Upstream(self.bodies, limit=limit)
        self.refusals = Refusals(state, self.journal)
        witnessed = WitnessPolicy(settings.data / "witness", shard=1)
        built_in: list[BuiltIn] = [
            MetaServices(state),
            Tracker(state, self.usage, self.writer.receipt),
            Records(state, self.usage, self.upstream),
        ]
        self.provider = Provider(
            state, self.journal, verifier, self.upstream, self.usage, self.refusals, built_in, witnessed, self.metrics
        )
        self.ends.taker = self.provider.take
        consumer = Consumer(state, self.journal, self.peers, verifier, limit, witnessed)
        self.deliveries = Deliveries(consumer, self.outbox, state, self.journal)
        self.retention = Retention(state, self.journal, self.outbox)
        listing = Listing(state)
        pages = {
            CLIENTS: listing.clients,
            CONFIGURATION: listing.configuration,
            HEALTH: Health(self._checks(), self._facts).page,
            METRICS: self._show_metrics,
        }
        closed = frozenset((HEALTH, METRICS))
        systems = InformationSystems(
            self.deliveries, state, self.metrics, pages=pages, closed=closed,
            style="new" if settings.xroad_errors == "new" else "legacy", limit=limit,
        )  # fmt: skip
        self.doors = Doors(systems, self.bodies, state)
        self._add_gauges()

    async def close(self) -> None:
        """End in order: nothing new, then what is under way, then the log."""
        await self.peer_server.stop()
        self.ends.taker = None
        await self.doors.close(CALLS_S)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.provider.drain(), ANSWERS_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self.deliveries.drain(), ANSWERS_S)
        for link in list(self.ends.links):
            link.close()
        self.upstream.close()
        await self.refusals.flush()
        await asyncio.to_thread(self._let_go)

    def _let_go(self) -> None:
        self.journal.close()
        self.held.flush()
        self.usage.close()
        self.outbox.close()

    # What is shown

    def _show_metrics(self, incoming: Incoming, query: str) -> Answer:
        kind = b"text/plain; version=0.0.4; charset=utf-8"
        return Answer(200, ((b"content-type", kind),), self.metrics.text().encode())

    def _add_gauges(self) -> None:
        gauge = self.metrics.gauge
        gauge("uruk_gateway_connections", "Connections of information systems", lambda: self.doors.connections)
        gauge("uruk_gateway_under_way", "Calls that are being answered", lambda: self.doors.under_way)
        gauge("uruk_gateway_links", "Connections with other gateways", lambda: len(self.ends.links))
        gauge("uruk_gateway_providers", "Connections to providers' systems", lambda: self.upstream.connections)
        gauge("uruk_gateway_waiting", "Messages that wait for later delivery", self.deliveries.waiting)
        gauge("uruk_log_entries", "Entries of the gateway's logs", lambda: sum(one.size for one in self.writer.logs()))
        gauge("uruk_log_up", "Whether the log takes entries", lambda: 0 if self.writer.stopped else 1)
        gauge("uruk_log_problems", "What keeps the log from being settled", lambda: len(self.journal.problems()))
        gauge("uruk_directory_age_seconds", "Since the authority last confirmed the directory", self._directory_age)
        gauge("uruk_witness_delay_seconds", "How long the oldest entry waits for a witness", self._witness_delay)

    def _directory_age(self) -> float:
        return (self.clock.now() - self.state.directory.published).total_seconds()

    def _witness_delay(self) -> float:
        return max((one.delay(self.clock.now()).total_seconds() for one in self.cosigned.delays()), default=0.0)

    def _checks(self) -> Iterable[Check]:
        yield Check("log", True, lambda: raised(self.writer.check_running))
        yield Check("disk", True, lambda: raised(self.journal.check_space))
        yield Check("settling", False, self.journal.problems)
        yield Check("directory", True, lambda: raised(self.state.check_directory))
        yield Check("directory-age", False, self._directory_in_grace)
        yield Check("reload", False, lambda: [self.problem] if self.problem else [])
        yield Check("certificate", False, self._certificate_ending)
        yield Check("term", False, self._overdue)
        yield Check("witnesses", False, self._unwitnessed)
        yield Check("systems", False, self._unconnected)

    def _directory_in_grace(self) -> list[CodedError]:
        state, now = self.state, self.clock.now()
        grace = timedelta(days=self.settings.directory_grace_days)
        if state.directory.freshness(now, grace) != "grace":
            return []
        return [
            CodedError("exchange.directory_in_grace", days=(now - state.directory.published).days, limit=grace.days)
        ]

    def _certificate_ending(self) -> list[CodedError]:
        left = self.tls.until - self.clock.now()
        if left > CERTIFICATE_WARNING:
            return []
        return [CodedError("exchange.certificate_ending", days=max(left.days, 0))]

    def _overdue(self) -> list[CodedError]:
        now, open_logs = self.clock.now(), [one for one in self.writer.logs() if one.closed is None]
        late = [(one.origin, now - one.ends) for one in open_logs if now - one.ends > LOG_LATE]
        return [CodedError("exchange.log_overdue", origin=origin, days=over.days) for origin, over in late]

    def _unwitnessed(self) -> list[CodedError]:
        now = self.clock.now()
        late = [one for one in self.cosigned.delays() if one.is_alarming(now)]
        return [CodedError("exchange.witness_late", origin=one.origin) for one in late]

    def _unconnected(self) -> list[CodedError]:
        return [
            CodedError("exchange.provider_not_connected", system=f"{member.institution}/{system.code}")
            for member in self.state.snapshot.members
            for system in member.systems
            if system.offers and not system.url
        ]

    def _facts(self) -> Mapping[str, object]:
        """What a person wants to know beside what is wrong."""
        directory, snapshot = self.state.directory, self.state.snapshot
        return {
            "node": snapshot.node,
            "instance": snapshot.instance,
            "institutions": [member.institution for member in snapshot.members],
            "directory": {"version": directory.version, "published": rfc3339(directory.published)},
            "snapshot": rfc3339(datetime.fromtimestamp(snapshot.made_at, UTC)),
            "certificate_until": rfc3339(self.tls.until),
            "peers": {code: self.peers.is_connected(code) for code in directory.nodes if code != snapshot.node},
            "logs": {one.origin: one.size for one in self.writer.logs() if one.closed is None},
        }
