"""What a gateway goes by just now: one object for all its parts, replaced in place when files change."""

from collections.abc import Callable
from datetime import timedelta

from uruk.exchange.api import (
    Access,
    CountryDirectory,
    HostedMember,
    MemberEntry,
    NodeEntry,
    Snapshot,
    System,
    statements,
)
from uruk.kernel.api import Clock, CodedError

_MANY = 4096  # addresses whose members are remembered


class State:
    """Snapshot and country directory in force, with what is compiled from them. Used by one thread, the loop's.

    What every message asks for is worked out once a second, or once an address.
    """

    def __init__(self, snapshot: Snapshot, directory: CountryDirectory, clock: Clock, grace: timedelta) -> None:
        self.clock = clock
        # Unix seconds by the gateway's clock, asked anew each time: whatever sets the clock off is seen at once.
        self.time: Callable[[], float] = clock.seconds
        self._grace = grace
        self._watchers: list[Callable[[], None]] = []
        self.take(snapshot, directory)

    def take(self, snapshot: Snapshot, directory: CountryDirectory) -> None:
        """Go by these from now on; requests that are under way keep what was decided for them."""
        self.snapshot, self.directory = snapshot, directory
        self.access = Access(snapshot)
        self._members = {member.address: member for member in snapshot.members}
        self._systems = {
            f"{member.address}/{system.code}": system for member in snapshot.members for system in member.systems
        }
        self._hosted: dict[str, HostedMember] = {}
        self._listed: dict[str, MemberEntry] = {}
        self._nodes: dict[str, NodeEntry] = {}
        self._references: dict[str, statements.Reference] = {}
        self._checked_at = -1
        for watcher in self._watchers:
            watcher()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Have a function called after each `take`."""
        self._watchers.append(watcher)

    def system(self, address: str) -> System | None:
        """A hosted subsystem, or None."""
        return self._systems.get(address)

    def member(self, address: str) -> HostedMember | None:
        """The hosted member that an address (of a member, subsystem or service) belongs to, or None."""
        return self._members.get("/".join(address.split("/", 3)[:3]))

    def hosted(self, address: str) -> HostedMember:
        """The hosted member of an address; `exchange.not_hosted`."""
        found = self._hosted.get(address)
        if found is None:
            found = self.member(address)
            if found is None:
                raise CodedError("exchange.not_hosted", address=address[:320], node=self.snapshot.node)
            if len(self._hosted) >= _MANY:
                self._hosted = {}
            self._hosted[address] = found
        return found

    def listed(self, address: str) -> MemberEntry:
        """What the directory says of an address's member; `exchange.member_unknown`."""
        found = self._listed.get(address)
        if found is None:
            if len(self._listed) >= _MANY:
                self._listed = {}
            found = self._listed[address] = self.directory.member(address)
        return found

    def node_of(self, address: str) -> NodeEntry:
        """The node that hosts an address's member; `exchange.member_unknown`."""
        found = self._nodes.get(address)
        if found is None:
            if len(self._nodes) >= _MANY:
                self._nodes = {}
            found = self._nodes[address] = self.directory.node_of(address)
        return found

    def reference(self, member: HostedMember) -> statements.Reference:
        """Author, time and directory of a statement that a member makes now."""
        now, found = int(self.time()), self._references.get(member.institution)
        if found is None or found.time != now:
            directory = self.directory
            found = statements.Reference(member.institution, now, directory.version, directory.digest)
            self._references[member.institution] = found
        return found

    def check_directory(self) -> None:
        """Refuse to go by a directory that is older than its grace, or by none.

        `exchange.directory_too_old`, `exchange.directory_missing`.
        """
        second = int(self.time())
        if second == self._checked_at:
            return
        now = self.clock.now()
        if self.directory.version == 0:
            raise CodedError("exchange.directory_missing")
        if self.directory.freshness(now, self._grace) == "too_old":
            days = (now - self.directory.published).days
            raise CodedError("exchange.directory_too_old", days=days, limit=self._grace.days + 1)
        self._checked_at = second
