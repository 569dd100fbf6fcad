"""Where the node has a scanner, no file becomes an answer or a file of a record that it did not call clean."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests.unit.files.clamd import EICAR, clamd
from tests.unit.services.conftest import Office, refused
from tests.unit.services.test_files import JPEG, draft
from uruk.registries.api import keep_file
from uruk.services.api import get_draft, keep_draft_file
from uruk.services.models import KeptFile

pytestmark = pytest.mark.database
__all__ = ["draft"]
INFECTED = JPEG[:4] + EICAR + JPEG[-2:]


def scanned_by(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    given = dataclasses.replace(django_settings.URUK, scan_url=url, scan_wait_s=0)
    monkeypatch.setattr(django_settings, "URUK", given)


def test_an_infected_file_is_refused_and_nothing_of_it_is_kept(
    office: Office, draft: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clamd(tmp_path / "c") as (_, url):
        scanned_by(monkeypatch, url)
        with refused("files.infected"):
            keep_draft_file(office.citizen.actor, draft, "street", INFECTED)
        with refused("files.infected"):
            keep_file(office.registrar.actor, "interior", "shops", EICAR)
        assert not KeptFile.objects.exists()
        keep_draft_file(office.citizen.actor, draft, "street", JPEG)
    assert KeptFile.objects.count() == 1


def test_while_the_scanner_is_away_a_file_is_refused_and_the_draft_stays(
    office: Office, draft: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanned_by(monkeypatch, f"clamd://{tmp_path}/nobody")
    with refused("files.scanner_away"):
        keep_draft_file(office.citizen.actor, draft, "street", JPEG)
    assert not KeptFile.objects.exists() and get_draft(office.citizen.actor, draft).id == draft
