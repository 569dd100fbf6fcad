"""Files that are said with an action: looked at like an applicant's, shown with the case, destroyed with it."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.unit.files.clamd import clamd
from tests.unit.services.conftest import Office, refused
from tests.unit.services.samples import STALL
from tests.unit.services.tasks import propose, supervise, taken, waiting
from tests.unit.services.test_auditing import purposeful
from tests.unit.services.test_files import JPEG, PNG
from tests.unit.services.test_forgetting import later
from tests.unit.services.test_pins import publish_newer
from tests.unit.services.test_scanned_files import INFECTED, scanned_by
from uruk.services.api import (
    InvalidAnswersError,
    act,
    approve_action,
    case_file,
    get_case,
    keep_action_file,
    proposed_bytes,
    replay,
    replayed_file,
)
from uruk.services.models import KeptFile

pytestmark = pytest.mark.database
FILE = "street: {type: file, types: [png, jpeg], max_kib: 1}"
ACCEPT, GROUND = "accept:    {to: reserving}", "ground: {type: choice, of: [space, papers]}"
WITH_FILES = STALL.replace(ACCEPT, f"accept:    {{to: reserving, fields: {{{FILE}}}}}").replace(
    f"{{{GROUND}}}", f"{{{GROUND}, {FILE}}}"
)


@pytest.fixture
def case(office: Office) -> UUID:
    """A case that the registrar has before them, of a service whose officers say things with a picture."""
    publish_newer(office, stall=WITH_FILES)
    (found,) = waiting(office)
    assert taken(office.registrar).id == found
    return found


def kept(office: Office, case: UUID, data: bytes = PNG) -> str:
    return keep_action_file(office.registrar.actor, case, "accept", "street", data)


def accepted(office: Office, case: UUID, sha256: object) -> None:
    seq = office.standing(case).seq
    act(office.registrar.actor, case, seq, "accept", {"street": sha256})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "services.file_empty"),
        (JPEG + b"x" * 1024, "services.file_too_large"),
        (b"MZ" + b"x" * 60, "services.file_type"),
        (b"%PDF-1.7 x", "services.file_type"),
        (PNG + b"PK\x03\x04", "services.file_type"),
    ],
)
def test_what_the_field_does_not_take_is_refused_as_it_is_of_applicants(
    office: Office, case: UUID, data: bytes, code: str
) -> None:
    with refused(code):
        kept(office, case, data)
    assert not KeptFile.objects.exists()


def test_an_infected_file_is_refused_before_it_counts(
    office: Office, case: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clamd(tmp_path / "c") as (_, url):
        scanned_by(monkeypatch, url)
        with refused("files.infected"):
            kept(office, case, INFECTED)
    assert not KeptFile.objects.exists()


def test_a_file_is_said_with_the_action_and_shown_with_the_case(office: Office, case: UUID, citizen: Any) -> None:
    sha256 = kept(office, case)
    with refused("services.file_unknown"):
        case_file(office.registrar.actor, case, sha256)
    accepted(office, case, sha256)
    mine = get_case(office.citizen.actor, case)
    assert mine.decided == {"street": sha256}
    assert case_file(office.citizen.actor, case, sha256) == PNG
    with refused("services.case_unknown"):
        case_file(citizen("199912345678").actor, case, sha256)


def test_only_who_may_do_the_action_hands_in_its_file_and_only_for_its_field(office: Office, case: UUID) -> None:
    for action, field in (("accept", "name"), ("send_back", "street")):
        with refused("services.file_question"):
            keep_action_file(office.registrar.actor, case, action, field, PNG)
    for actor in (office.citizen.actor, office.head.actor):
        with refused("services.not_given_to_you"):
            keep_action_file(actor, case, "accept", "street", PNG)


def test_a_file_that_nobody_handed_in_or_of_another_kind_is_refused_at_its_field(office: Office, case: UUID) -> None:
    from uruk.services.applying.keeping import keep_file

    for sha256, code in ((64 * "0", "file_unknown"), (keep_file(case, b"%PDF-1.7 of the applicant"), "file_type")):
        with pytest.raises(InvalidAnswersError) as error:
            accepted(office, case, sha256)
        ((path, found),) = error.value.problems
        assert (path, found.code) == ("street", f"services.{code}")


def test_the_second_person_opens_the_file_that_the_first_one_proposed(office: Office, case: UUID) -> None:
    found = get_case(office.registrar.actor, case)
    sha256 = keep_action_file(office.registrar.actor, case, "refuse", "street", PNG)
    propose(office, found, {"ground": "space", "street": sha256})
    taken(office.head)
    assert case_file(office.head.actor, case, sha256) == PNG
    approve_action(office.head.actor, case, office.head.approve(proposed_bytes(office.head.actor, case)))
    office.run()
    assert case_file(office.citizen.actor, case, sha256) == PNG


def test_the_auditor_opens_it_and_it_is_destroyed_with_the_case(
    office: Office, case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = kept(office, case)
    accepted(office, case, sha256)
    office.run()
    supervise(monkeypatch)
    auditor = purposeful(office.head)
    assert replay(auditor, case).holds and replayed_file(auditor, case, sha256) == PNG
    with refused("services.file_unknown"):
        replayed_file(auditor, case, 64 * "0")
    path = office.settings.data / "files" / "services" / sha256[:2] / sha256
    assert path.exists()
    later(office)
    assert not path.exists() and not KeptFile.objects.exists()


def path_of(office: Office, sha256: str) -> Path:
    return office.settings.data / "files" / "services" / sha256[:2] / sha256


def test_what_was_handed_in_and_never_said_goes_after_a_week(office: Office, case: UUID) -> None:
    sha256 = kept(office, case)
    office.clock.advance(timedelta(days=6))
    office.run()
    assert path_of(office, sha256).exists()
    office.clock.advance(timedelta(days=1))
    office.run()
    assert not path_of(office, sha256).exists() and not KeptFile.objects.exists()


def test_what_was_said_meanwhile_or_handed_in_again_stays(office: Office, case: UUID) -> None:
    proposed = keep_action_file(office.registrar.actor, case, "refuse", "street", PNG)
    again = keep_action_file(office.registrar.actor, case, "refuse", "street", JPEG)
    office.clock.advance(timedelta(days=5))
    taken(office.registrar)
    assert keep_action_file(office.registrar.actor, case, "refuse", "street", JPEG) == again
    propose(office, get_case(office.registrar.actor, case), {"ground": "space", "street": proposed})
    office.clock.advance(timedelta(days=3))
    office.run()
    assert path_of(office, proposed).exists() and path_of(office, again).exists()
    office.clock.advance(timedelta(days=4))
    office.run()
    assert path_of(office, proposed).exists() and not path_of(office, again).exists()
