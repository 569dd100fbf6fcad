"""Numbers of registries and formats come again when a test is rolled back: nothing about them is remembered."""

from collections.abc import Iterator

import pytest

from uruk.registries.tables import forget_caches


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    forget_caches()
    yield
    forget_caches()
