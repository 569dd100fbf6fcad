"""What all tests share: settings of their own, the mark of those that touch the database, no skip in CI."""

import os
import sys
from collections.abc import Generator

import pytest
from django.conf import settings
from django.db import connections
from django.utils.functional import empty

# pytest-django reads the settings before any conftest: forget what it read and take the suite's own.
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
sys.modules.pop("uruk.web.settings", None)
settings._wrapped = empty
connections.__dict__.pop("settings", None)
for _opened in [name for name in vars(connections._connections)]:
    del connections[_opened]
connections._settings = None

pytest_plugins = ("tests.fixtures", "tests.demonstration")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever uses the database: those tests run again on PostgreSQL."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if used & {"db", "transactional_db", "live_server"} or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that skips has failed: everything it needs is there."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
