"""What this process acts with: its settings, the clock, the way into the log. A test may replace each."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from uruk.kernel.api import Clock, Settings, SystemClock
from uruk.trust.api import Appender, LogClient


@dataclass
class Node:
    """The parts of the world that acts depend on; and before when every act was seen to have its receipt."""

    clock: Clock = field(default_factory=SystemClock)
    appender: Appender | None = None
    settled_before: datetime | None = None


NODE = Node()


def node_settings() -> Settings:
    """The kernel settings of this process."""
    found: Settings = settings.URUK
    return found


def clock() -> Clock:
    """The clock by which everything above the Django line tells the time."""
    return NODE.clock


def appender() -> Appender:
    """This process's way into the log: a client of the node's one log writer, connected when first used."""
    if NODE.appender is None:
        NODE.appender = LogClient(node_settings().data / "log.sock")
    return NODE.appender


def use_appender(given: Appender | None) -> Appender | None:
    """Put an appender in the place of the client (the log writer's own process, tests); return the one before."""
    before, NODE.appender = NODE.appender, given
    NODE.settled_before = None  # what was seen of another's acts says nothing of these
    return before


def use_clock(given: Clock) -> Clock:
    """Put a clock in the place of the machine's; return the one before."""
    before, NODE.clock = NODE.clock, given
    return before
