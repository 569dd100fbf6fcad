"""Fixtures of the log's tests."""

import pytest
from hypothesis import settings
from tests.unit.trust.log.support import Node

settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")


@pytest.fixture
def node(tmp_path):
    return Node(tmp_path)
