"""The node itself, by its own socket, is the built-in subsystem of its members, and of no other; nobody else is."""

import pytest

from uruk.exchange.api import HostedMember, Names, Snapshot, System
from uruk.gateway.credentials import Credential, admit
from uruk.kernel.api import CodedError

NAMES = Names("اسم", "ناو", "Name")


class Hosting:
    """A node with one member."""

    snapshot = Snapshot("xx", "north", 0, (HostedMember("interior", "xx/GOV/interior", NAMES),))

    def system(self, address: str) -> System | None:
        return None

    def member(self, address: str) -> HostedMember | None:
        return self.snapshot.member_of(address)


def test_the_own_socket_may_be_the_built_in_subsystem_of_a_hosted_member() -> None:
    admit(Credential("own"), "xx/GOV/interior/uruk", Hosting())


@pytest.mark.parametrize(
    ("credential", "client"),
    [
        (Credential("plain"), "xx/GOV/interior/uruk"),
        (Credential("tls", certificate="11" * 32), "xx/GOV/interior/uruk"),
        (Credential("own"), "xx/GOV/agriculture/uruk"),
        (Credential("own"), "xx/GOV/interior/uruk/more"),
        (Credential("own"), "xx/GOV/interior"),
    ],
)
def test_nobody_else_is(credential: Credential, client: str) -> None:
    with pytest.raises(CodedError, match=r"exchange\.client_unknown"):
        admit(credential, client, Hosting())
