"""Fixtures of a whole node: its folder, clock and log writer; an institution, officers, citizens, passkeys."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.worlds import WORLDS, World, get_world
from uruk.kernel.api import Actor, FixedClock, Settings, Text

MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD = "a long password of nobody"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """The tables of this run. Emptying them after a test does not write Django's permissions anew: nobody asks them."""
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db import connection
    from django.db.models.signals import post_migrate

    from tests.dumps import deleting

    if connection.vendor == "postgresql":
        connection.ops.sql_flush = deleting

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
def begun(request: pytest.FixtureRequest, settings: Any, tmp_path_factory: pytest.TempPathFactory) -> World | None:
    """The world in which this test begins, by the fixture that gives it (tests/worlds.py); None where all is empty."""
    for name in request.fixturenames:
        # Several may have that name, each for its own folder of tests.
        for found in (request._fixturemanager.getfixturedefs(name, request.node) or ())[-1:]:
            maker = WORLDS.get(f"{found.func.__module__}.{name}")
            if maker is not None:
                request.getfixturevalue("transactional_db")
                return get_world(maker, settings.URUK, MOMENT, tmp_path_factory)
    return None


@pytest.fixture
def node(settings: Any, tmp_path: Path, begun: World | None) -> Settings:
    """The node's settings, with a data folder of this test's own."""
    settings.URUK = replace(settings.URUK, data=tmp_path / "node")
    settings.URUK.data.mkdir()
    if begun is not None:
        begun.put_back(settings.URUK.data)
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
def institution(db: None, log: Any, begun: World | None) -> str:
    """An institution with keys, its log at hand."""
    return "interior" if begun else make_institution("interior")


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

    def with_passkey_as_now(self) -> "Officer":
        """The same with a passkey of its own, which counts on from here."""
        return replace(self, passkey=type(self.passkey).from_text(self.passkey.to_text()))


def give_passkey(person: UUID) -> Any:
    """Register a software passkey for a person and return it."""
    from uruk.people.api import SoftwarePasskey, register_passkey

    made = SoftwarePasskey()
    register_passkey(person, made.create)
    return made


@pytest.fixture
def passkey() -> Callable[[UUID], Any]:
    """Register a software passkey for a person and return it."""
    return give_passkey


@contextmanager
def rights_stay() -> Iterator[None]:
    """Whatever is told meanwhile of rights is forgotten at the end: they are of the whole process."""
    offices = sys.modules.get("uruk.people.offices")  # none where a test runs without Django
    before = list(offices._RIGHTS) if offices else []
    yield
    if offices:
        offices._RIGHTS[:] = before


@pytest.fixture(autouse=True)
def _rights_stay() -> Iterator[None]:
    """No test leaves rights behind for the next."""
    with rights_stay():
        yield


@contextmanager
def told_rights() -> Iterator[None]:
    """Registrars and clerks may see persons, as the country's institutions say."""
    from uruk.people import offices

    before = list(offices._RIGHTS)
    offices.tell_rights(lambda _, role: {"see-person"} if role in {"registrar", "clerk"} else set())
    yield
    offices._RIGHTS[:] = before


@pytest.fixture
def rights() -> Iterator[None]:
    """Registrars and clerks may see persons, as the country's institutions say."""
    with told_rights():
        yield


def make_officer(role: str, institution: str, name: str) -> Officer:
    """Register an officer in an office, with a password and a passkey."""
    from uruk.people.api import register_officer

    names = Text("موظف", "فەرمانبەر", "Officer")
    since = datetime(2026, 1, 1, tzinfo=UTC)
    person = register_officer(Actor.system(institution), institution, role, name, names, since=since, password=PASSWORD)
    actor = Actor(channel="desk", person=person, institution=institution, role=role)
    return Officer(person, actor, give_passkey(person))


@pytest.fixture
def officer(institution: str, rights: None, begun: World | None) -> Callable[..., Officer]:
    """Make an officer of the institution: ``officer("registrar")``; each call is another person."""
    numbers = count(1 + len(begun.officers if begun else ()))

    def make(role: str = "registrar", institution: str = institution, name: str = "") -> Officer:
        number = next(numbers)
        return make_officer(role, institution, name or f"officer.{number}")

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
