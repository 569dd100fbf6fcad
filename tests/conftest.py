"""What all tests share: a node of their own, its log writer in this process, persons and passkeys."""

import os
import sys

import hypothesis
from django.conf import settings
from django.db import connections
from django.utils.functional import empty

# pytest-django reads the settings before any conftest: forget what it read and take the suite's own.
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
sys.modules.pop("uruk.web.settings", None)
settings._wrapped = empty
connections.__dict__.pop("settings", None)

from collections.abc import Iterator  # noqa: E402
from datetime import UTC, datetime  # noqa: E402

import pytest  # noqa: E402

# A slow machine is no finding: no property test depends on how long it takes; what fails prints how to repeat it.
hypothesis.settings.register_profile(
    "house", deadline=None, print_blob=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("house")


@pytest.fixture
def now() -> Iterator[datetime]:
    """The moment at which tests take place."""
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
