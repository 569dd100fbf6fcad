"""What all tests share: settings of their own, the mark of those that touch the database, no skip in CI."""

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

pytest_plugins = ("tests.fixtures", "tests.demonstration", "tests.workers")

# How long an example takes says nothing about what it shows.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark whatever uses the database: those tests run again on PostgreSQL."""
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if used & {"db", "transactional_db", "live_server"} or item.get_closest_marker("django_db"):
            item.add_marker("database")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of bytes by its place, not its content: keys are random, and every worker must call it the same."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test that skips has failed: everything it needs is there."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI does not allow: {report.longrepr}"
    return report
