"""A person with an account, a channel that a test looks into, and a node that is no demonstration."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from uruk.kernel.api import Actor, CodedError, FixedClock, Settings, Text
from uruk.notices import channels
from uruk.notices.api import NewNotice, NotSentError, Outgoing, add_contact, confirm_contact, contribute_channel
from uruk.people.api import create_account

PASSWORD = "a long password of nobody"
TITLE, SAID = Text("خدمة", "خزمەتگوزاری", "A service"), Text("أُقر طلبك", "پەسەند کرا", "Your plan is approved")


@dataclass
class Pigeons:
    """A channel whose messages a test reads; `fault` is raised instead of sending, `lost` after it was sent."""

    code: str = "pigeon"
    sent: list[Outgoing] = field(default_factory=list)
    fault: Exception | None = None
    lost: BaseException | None = None
    open: bool = True

    def problems(self) -> tuple[CodedError, ...]:
        return ()

    def is_open(self) -> bool:
        return self.open

    def clean(self, typed: str) -> str:
        return typed.strip()

    def send(self, message: Outgoing) -> None:
        if self.fault is not None:
            raise self.fault
        self.sent.append(message)
        if self.lost is not None:
            raise self.lost


def not_reached(*, final: bool = False) -> NotSentError:
    return NotSentError("notices.not_reached", final=final)


@dataclass
class Reader:
    """Somebody who is told things."""

    person: UUID
    actor: Actor

    def told(self, **more: Any) -> NewNotice:
        """A notice for them."""
        notice = NewNotice(
            id=uuid4(), institution="interior", topic="case.notice", reference="case-1", about=TITLE, text=SAID,
            page="cases/1/", person=self.person,
        )  # fmt: skip
        return replace(notice, **more)


@pytest.fixture
def production(transactional_db: None, settings: Any) -> Settings:
    """A node that sends what is to be sent."""
    settings.URUK = replace(settings.URUK, mode="production", public_url="https://town.example/")
    return settings.URUK


@pytest.fixture
def someone(production: Settings, clock: FixedClock) -> Reader:
    """A person with an account."""
    person = create_account(PASSWORD)
    return Reader(person, Actor(channel="portal", person=person))


@pytest.fixture
def pigeons() -> Iterator[Pigeons]:
    """A channel of a test's own, among those that come with the node."""
    before = dict(channels._CHANNELS)
    found = Pigeons()
    contribute_channel(found)
    yield found
    channels._CHANNELS.clear()
    channels._CHANNELS.update(before)


@pytest.fixture
def reached(someone: Reader, pigeons: Pigeons) -> Reader:
    """The same person, who has an address that was shown to be theirs."""
    add_contact(someone.actor, "pigeon", "tower 7")
    run()
    confirm_contact(someone.actor, "pigeon", code_in(pigeons.sent[-1]))
    pigeons.sent.clear()
    return someone


def run() -> None:
    """Do all that is due."""
    from uruk.acts.api import run_due_jobs

    while run_due_jobs():
        pass


def code_in(message: Outgoing) -> str:
    """The code that a message brings."""
    return next(word for word in message.body.split() if len(word) == 6 and word.isdigit())


def refused(code: str) -> Any:
    """That what is done inside is refused with this code."""
    return pytest.raises(CodedError, match=code.replace(".", r"\."))
