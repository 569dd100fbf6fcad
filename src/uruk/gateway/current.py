"""What the gateway goes by just now: the snapshot and the country directory, taken up anew without stopping."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from uruk.exchange.api import CountryDirectory, HostedMember, Snapshot, System

if TYPE_CHECKING:
    from uruk.exchange.domain.access import Access


class Current:
    """One object that every part of a gateway holds. Ask it anew for each request; never keep what it gave.

    `access` is compiled from the snapshot. `changed` is called (in the event loop) after either was replaced.
    """

    def __init__(self, snapshot: Snapshot, directory: CountryDirectory) -> None:
        self._watchers: list[Callable[[], None]] = []
        self._take(snapshot)
        self.directory = directory

    def watch(self, changed: Callable[[], None]) -> None:
        """Have `changed` called after the snapshot or the directory was replaced."""
        self._watchers.append(changed)

    def replace_snapshot(self, snapshot: Snapshot) -> None:
        """Go by this snapshot from now on; requests that are under way end with the one they began with."""
        self._take(snapshot)
        self._tell()

    def replace_directory(self, directory: CountryDirectory) -> None:
        """Go by this version of the country directory from now on."""
        self.directory = directory
        self._tell()

    def system(self, address: str) -> System | None:
        """The hosted subsystem of an address `instance/class/member/subsystem[/service]`, or None."""
        return self._systems.get("/".join(address.split("/", 4)[:4]))

    def member(self, address: str) -> HostedMember | None:
        """The hosted member that an address belongs to, or None."""
        return self._members.get("/".join(address.split("/", 3)[:3]))

    def _take(self, snapshot: Snapshot) -> None:
        from uruk.exchange.api import Access  # noqa: PLC0415

        self.snapshot = snapshot
        self.access: Access = Access(snapshot)
        self._members = {one.address: one for one in snapshot.members}
        self._systems = {f"{one.address}/{system.code}": system for one in snapshot.members for system in one.systems}

    def _tell(self) -> None:
        for changed in self._watchers:
            changed()
