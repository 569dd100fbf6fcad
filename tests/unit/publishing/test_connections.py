"""Where systems are reached and by which certificates they are known: acts, and the gateway's snapshot."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures import MOMENT, make_institution
from tests.kinds import KINDS
from tests.unit.exchange.kinds.test_kinds import FILES
from uruk.definitions.api import load_country
from uruk.exchange.api import System, open_or_create, read_snapshot
from uruk.kernel.api import Actor, CodedError, Settings
from uruk.publishing.api import (
    SystemConnection,
    admit_system,
    connect_system,
    dismiss_system,
    find_connection,
    publish_country,
    write_snapshot,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NODE = Actor.system(None)
PEOPLE = ("holder", "people")


@pytest.fixture(autouse=True)
def country(transactional_db: None, log: Any, tmp_path: Path) -> None:
    """A holder on this node; the asker lives elsewhere."""
    make_institution("holder")
    for name, text in FILES.items():
        path = tmp_path / "country" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    publish_country(NODE, load_country(tmp_path / "country", KINDS))
    write_snapshot()


def people(node: Settings) -> System:
    """The holder's system as the gateway knows it."""
    [member] = read_snapshot(node.data / "gateway").members
    [system] = member.systems
    return system


def certificate(folder: Path) -> tuple[str, str]:
    """A certificate and its digest."""
    made = open_or_create(folder, "system", MOMENT)
    return made.cert_pem.decode(), made.sha256


def refusal(deed: Callable[[], object]) -> str:
    with pytest.raises(CodedError) as caught:
        deed()
    return caught.value.code


def test_a_node_hosts_its_own_members_and_knows_what_they_offer(node: Settings) -> None:
    found = read_snapshot(node.data / "gateway")
    assert [one.address for one in found.members] == ["xx/GOV/holder"]
    assert [one.code for one in people(node).offers] == ["by-number"] and people(node).url == ""


def test_a_snapshot_that_says_the_same_is_not_written_again(node: Settings) -> None:
    path = node.data / "gateway" / "snapshot.json"
    before = path.stat().st_mtime_ns
    assert not write_snapshot()
    assert path.stat().st_mtime_ns == before


def test_a_system_is_reached_where_its_last_connection_says(node: Settings) -> None:
    connect_system(NODE, *PEOPLE, SystemConnection("http://127.0.0.1:9001", timeout_s=5))
    connect_system(NODE, *PEOPLE, SystemConnection("https://people.example/api", notice="صيانة"))
    found = people(node)
    assert (found.url, found.timeout_s, found.enabled, found.disabled_notice) == (
        "https://people.example/api", 30, False, "صيانة",
    )  # fmt: skip
    assert find_connection(*PEOPLE).url == "https://people.example/api"


def test_a_certificate_is_admitted_and_dismissed_by_acts(node: Settings, tmp_path: Path) -> None:
    pem, digest = certificate(tmp_path / "one")
    admit_system(NODE, *PEOPLE, pem)
    assert people(node).certificates == (digest,) and people(node).trusted == pem.strip()
    dismiss_system(NODE, *PEOPLE, digest)
    assert people(node).certificates == ()
    assert refusal(lambda: dismiss_system(NODE, *PEOPLE, digest)) == "publishing.certificate_unknown"


def test_what_is_wrong_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from uruk.publishing import connections

    pem, _ = certificate(tmp_path / "one")
    other, _ = certificate(tmp_path / "two")
    assert refusal(lambda: connect_system(NODE, "holder", "x", SystemConnection())) == "publishing.system_unknown"
    for url in ("ftp://a", "https://", "http://a/?b", "people"):
        assert refusal(lambda: connect_system(NODE, *PEOPLE, SystemConnection(url))) == "publishing.address_refused"  # noqa: B023
    assert refusal(lambda: admit_system(NODE, *PEOPLE, "no certificate")) == "exchange.certificate_malformed"
    admit_system(NODE, *PEOPLE, pem)
    assert refusal(lambda: admit_system(NODE, *PEOPLE, pem)) == "publishing.certificate_taken"
    monkeypatch.setattr(connections, "MAX_CERTIFICATES", 1)
    assert refusal(lambda: admit_system(NODE, *PEOPLE, other)) == "publishing.certificates_too_many"
