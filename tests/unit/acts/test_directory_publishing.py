"""keys.json is published once for each change, also by two processes at once, and never turns a show into earnest."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError

from uruk.acts.api import directory
from uruk.acts.models import DirectoryVersion
from uruk.kernel.api import CodedError, Settings

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def test_two_processes_that_publish_at_once_agree(institution: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = DirectoryVersion.objects.create

    def first_by_another(**facts: Any) -> None:
        monkeypatch.setattr(DirectoryVersion.objects, "create", real)
        raise IntegrityError

    monkeypatch.setattr(DirectoryVersion.objects, "create", first_by_another)
    assert directory() == directory()
    assert DirectoryVersion.objects.count() == 1


def test_a_demonstrations_data_never_becomes_a_real_nodes(institution: str, node: Settings, settings: Any) -> None:
    assert directory().demonstration
    known = (node.data / "passphrase").read_text()
    settings.URUK = replace(settings.URUK, mode="production", key_passphrase=known)
    with pytest.raises(CodedError) as refused:
        directory()
    assert refused.value.code == "acts.demonstration_data"
    assert DirectoryVersion.objects.count() == 1
