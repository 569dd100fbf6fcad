"""Fixtures of a whole node: its folder, clock and log writer; an institution, officers, citizens, passkeys."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from uruk.kernel.api import Actor, FixedClock, Settings, Text

MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "a long password of nobody"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """The tables of this run. Emptying them after a test does not write Django's permissions anew: nobody asks them."""
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db.models.signals import post_migrate

    assert post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    assert post_migrate.disconnect(create_contenttypes)


@pytest.fixture
def now() -> datetime:
    """The moment at which tests begin."""
    return MOMENT


@pytest.fixture
def clock(now: datetime) -> Iterator[FixedClock]:
    """The node's clock, standing at ``now`` until a test moves it."""
    from uruk.acts.api import use_clock

    fixed = FixedClock(now)
    before = use_clock(fixed)
    yield fixed
    use_clock(before)


@pytest.fixture
def node(settings: Any, tmp_path: Path) -> Settings:
    """The node's settings, with a data folder of this test's own."""
    settings.URUK = replace(settings.URUK, data=tmp_path / "node")
    settings.URUK.data.mkdir()
    return settings.URUK


@pytest.fixture
def log(node: Settings, clock: FixedClock) -> Iterator[Any]:
    """The node's log writer, in this process; acts append to it."""
    from uruk.acts.api import open_log_writer, use_appender

    writer = open_log_writer("xx")
    before = use_appender(writer)
    yield writer
    use_appender(before)
    writer.close()


@pytest.fixture
def institution(db: None, log: Any) -> str:
    """An institution with keys, its log at hand."""
    return make_institution("interior")


def make_institution(code: str) -> str:
    """Establish an institution of made-up names."""
    from uruk.acts.api import establish

    establish(code, Text("وزارة", "وەزارەت", f"Ministry {code}"), "xx")
    return code


@dataclass
class Officer:
    """An officer in an office, with a passkey, ready to act."""

    person: UUID
    actor: Actor
    passkey: Any
    password: str = PASSWORD

    def approve(self, proposal: bytes) -> Any:
        """Approve a proposal in the officer's role with their passkey."""
        from uruk.people.api import approval_options, approve

        answer = self.passkey.get(approval_options(self.person, proposal))
        return approve(self.person, str(self.actor.role), proposal, answer)


@pytest.fixture
def passkey() -> Callable[[UUID], Any]:
    """Register a software passkey for a person and return it."""

    def register(person: UUID) -> Any:
        from uruk.people.api import SoftwarePasskey, register_passkey

        made = SoftwarePasskey()
        register_passkey(person, made.create)
        return made

    return register


@pytest.fixture
def rights() -> Iterator[None]:
    """Registrars and clerks may see persons, as the country's institutions say."""
    from uruk.people import offices

    before = list(offices._RIGHTS)
    offices.tell_rights(lambda _, role: {"see-person"} if role in {"registrar", "clerk"} else set())
    yield
    offices._RIGHTS[:] = before


@pytest.fixture
def officer(institution: str, rights: None, passkey: Callable[[UUID], Any]) -> Callable[..., Officer]:
    """Make an officer of the institution: ``officer("registrar")``; each call is another person."""
    made: list[UUID] = []

    def make(role: str = "registrar", institution: str = institution, name: str = "") -> Officer:
        from uruk.people.api import register_officer

        name = name or f"officer.{len(made) + 1}"
        names = Text("موظف", "فەرمانبەر", "Officer")
        since = datetime(2026, 1, 1, tzinfo=UTC)
        person = register_officer(
            Actor.system(institution), institution, role, name, names, since=since, password=PASSWORD
        )
        made.append(person)
        actor = Actor(channel="desk", person=person, institution=institution, role=role)
        return Officer(person, actor, passkey(person))

    return make


@dataclass
class Citizen:
    """A citizen's account and the number it claims."""

    person: UUID
    actor: Actor
    number: str
    password: str = PASSWORD


@pytest.fixture
def citizen(db: None, clock: FixedClock) -> Callable[..., Citizen]:
    """Make a citizen's account that claims a number: ``citizen()``, ``citizen("198012345678")``."""

    def make(number: str = "198012345678") -> Citizen:
        from uruk.people.api import claim, create_account

        person = create_account(PASSWORD)
        claim(person, "national", number)
        return Citizen(person, Actor(channel="portal", person=person), number)

    return make
