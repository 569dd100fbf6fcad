"""The small country in a folder of its own."""

from pathlib import Path

import pytest

from tests.unit.registries.domain.town import Town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Loads and checks the small country, changed as a test needs it."""
    return Town(tmp_path)
