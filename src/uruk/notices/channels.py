"""Channels: how a message leaves the node. Each is a plug-in, known by its code."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from uruk.acts.api import node_settings
from uruk.kernel.api import CodedError

# However long a carrier takes: far less than a job's lease.
TIMEOUT_S = 20


@dataclass(frozen=True)
class Outgoing:
    """A message as a channel carries it. `id` is the same however often it is sent, so that who knows it sends once."""

    id: UUID
    address: str
    subject: str
    body: str
    language: str


class NotSentError(Exception):
    """The message has not been sent, for certain. `final`: it would not be the next time either.

    Whatever else a channel raises leaves it open whether the message arrived.
    """

    def __init__(self, code: str, *, final: bool = False) -> None:
        super().__init__(code)
        self.code, self.final = code, final


class Channel(Protocol):
    """A way to reach somebody. `code` is one word, and stands beside every address."""

    code: str

    def problems(self) -> tuple[CodedError, ...]:
        """What is wrong with how it is set up, for the node's operator; nothing where it is not used."""

    def is_open(self) -> bool:
        """Whether it is set up, so that people may choose it."""

    def clean(self, typed: str) -> str:
        """An address as it is kept. Errors: a coded one that says how it is written."""

    def send(self, message: Outgoing) -> None:
        """Send a message, within `TIMEOUT_S` for each step. Errors: `NotSentError`."""


_CHANNELS: dict[str, Channel] = {}


def contribute_channel(channel: Channel) -> None:
    """Make a channel known, in ``AppConfig.ready``; a second one of the same code takes the place of the first."""
    _CHANNELS[channel.code] = channel


def open_channels() -> tuple[str, ...]:
    """The codes of the channels that people may choose; in a demonstration all, which send nothing and are shown."""
    return tuple(code for code, one in _CHANNELS.items() if one.is_open() or is_shown())


def get_channel(code: str) -> Channel:
    """A channel that may be chosen: ``notices.channel_unknown``."""
    if code not in open_channels():
        raise CodedError("notices.channel_unknown", channel=code[:20])
    return _CHANNELS[code]


def channel_problems() -> Iterator[tuple[str, CodedError]]:
    """What is wrong with the channels that are set up, each by its code."""
    for code, one in _CHANNELS.items():
        yield from ((code, problem) for problem in one.problems())


def is_shown() -> bool:
    """Whether messages are shown on the page instead of being sent: people of a demonstration have no telephone."""
    return node_settings().demonstration
