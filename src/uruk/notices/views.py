"""What the door shows of notices and addresses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from uruk.kernel.api import Text

Outcome = Literal["waiting", "sent", "failed"]


@dataclass(frozen=True)
class NewNotice:
    """What is to be told, and whom: the holder of a national `number`, a `person`'s account, or a `role`.

    `id`: the author's own, so that telling again changes nothing. `about`: of what it is, such as a service's title;
    `text`: what it says. `reference`: what it is found by; `page`: where it leads, below the language (`cases/…/`).
    """

    id: UUID
    institution: str
    topic: str
    reference: str
    about: Text
    text: Text
    page: str
    number: str = ""
    person: UUID | None = None
    role: str = ""


@dataclass(frozen=True)
class SentView:
    """What became of a notice by one channel; `address` as it may be shown, `error`: why it was not sent.

    `next_at`: when it is tried again. `shown`: in a demonstration, what would have been sent.
    """

    channel: str
    address: str
    outcome: Outcome
    at: datetime | None
    next_at: datetime | None
    error: str
    shown: str = ""


@dataclass(frozen=True)
class NoticeView:
    """What somebody is told."""

    id: UUID
    institution: str
    topic: str
    reference: str
    about: Text
    text: Text
    page: str
    at: datetime
    sent: tuple[SentView, ...] = ()


@dataclass(frozen=True)
class ContactView:
    """Where somebody is reached by a channel. `verified`: it was shown to be theirs; `wanted`: they want notices there.

    `code_until`: until when the code that was sent is good; None where none waits. `sent`: what became of that code.
    """

    channel: str
    address: str
    verified: bool
    wanted: bool
    code_until: datetime | None
    sent: SentView | None


@dataclass(frozen=True)
class ReachView:
    """How somebody is told: in which language, by which channels, and which there are beside those."""

    language: str
    contacts: tuple[ContactView, ...]
    channels: tuple[str, ...]
