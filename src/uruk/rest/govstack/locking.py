"""One caller at a time, in all processes of a node."""

import re
from contextlib import AbstractContextManager

from uruk.acts.api import node_settings
from uruk.kernel.api import alone

_UNSAFE = re.compile(r"[^A-Za-z0-9.-]")


def one_at_a_time(*words: str) -> AbstractContextManager[None]:
    """Wait for whoever is at the same thing."""
    return alone(node_settings().data / "govstack" / f"{_UNSAFE.sub('_', '.'.join(words))}.lock")
