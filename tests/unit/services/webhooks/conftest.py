"""A receiver, and a webhook that tells it."""

from collections.abc import Iterator

import pytest

from tests.unit.services.webhooks.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A system of the institution that takes what it is told."""
    with receiving() as found:
        yield found
