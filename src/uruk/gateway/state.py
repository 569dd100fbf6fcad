"""What a gateway goes by just now: one object for all its parts, replaced in place when files change."""

from collections.abc import Callable
from datetime import timedelta

from uruk.exchange.api import Access, CountryDirectory, HostedMember, Snapshot, System
from uruk.kernel.api import Clock, CodedError


class State:
    """Snapshot and country directory in force, with what is compiled from them. Used by one thread, the loop's."""

    def __init__(self, snapshot: Snapshot, directory: CountryDirectory, clock: Clock, grace: timedelta) -> None:
        self.clock = clock
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
        found = self.member(address)
        if found is None:
            raise CodedError("exchange.not_hosted", address=address[:320], node=self.snapshot.node)
        return found

    def check_directory(self) -> None:
        """Refuse to go by a directory that is older than its grace, or by none.

        `exchange.directory_too_old`, `exchange.directory_missing`.
        """
        now = self.clock.now()
        if self.directory.version == 0:
            raise CodedError("exchange.directory_missing")
        if self.directory.freshness(now, self._grace) == "too_old":
            days = (now - self.directory.published).days
            raise CodedError("exchange.directory_too_old", days=days, limit=self._grace.days + 1)
