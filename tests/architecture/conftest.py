"""What is read of the source is kept while its tests run, and no longer."""

from collections.abc import Iterator

import pytest

from tests.architecture.source import forget


@pytest.fixture(scope="package", autouse=True)
def _source_is_read_once() -> Iterator[None]:
    yield
    forget()
