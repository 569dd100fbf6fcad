"""At a counter for a child by its guardian, for a company by its manager: whoever consents, a register says so."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.unit.services.conftest import Office, Town, refused
from tests.unit.services.families import CHILD, FIRM, GROWN
from tests.unit.services.samples import NUMBER, OTHER_NUMBER
from tests.unit.services.test_mandates import child_lost, family
from uruk.kernel.api import Actor
from uruk.people.api import appoint
from uruk.services.api import (
    Applicant,
    Asked,
    begin_draft,
    counter_applicants,
    counter_slip,
    get_draft,
    next_case,
    put_under_consent,
    resume_at_counter,
    save_draft,
    submit,
    submit_draft,
)
from uruk.services.models import Draft

__all__ = ["family"]
pytestmark = pytest.mark.database
CHILD_OF = Applicant(CHILD, kind="guardian")


def begun(office: Office, applicant: Applicant, consent: UUID) -> tuple[Any, Any]:
    return begin_draft(office.clerk.actor, "interior", "club", 1980, applicant, consent)


def test_whom_somebody_speaks_for_is_asked_once_they_consented_and_the_case_is_that_ones(
    family: Office, town: Town
) -> None:
    consent = family.consent("club")
    found = counter_applicants(family.clerk.actor, consent)
    assert [(one.applicant.kind, one.applicant.number) for one in found.choices] == [
        ("person", NUMBER), ("guardian", CHILD), ("company", FIRM),
    ]  # fmt: skip
    draft, key = begun(family, CHILD_OF, consent)
    assert draft.applicant == {"number": CHILD, "kind": "guardian", "born": "2015-12-01"}
    saved = save_draft(family.clerk.actor, draft.id, {"club": "chess"}, key.token)
    assert saved.problems == ()
    case = submit_draft(family.clerk.actor, draft.id, token=key.token).case
    family.run()
    opened = family.opened(case)
    assert (opened.row.subject, opened.row.person, opened.row.channel) == (CHILD, None, "desk")
    said = opened.acts[0].content
    assert said.mandate.startswith("interior/families/father ") and said.consent == str(consent)
    assert counter_slip(family.clerk.actor, case).applicant["number"] == CHILD


def test_nobody_is_applied_for_whom_no_register_gives_to_who_consented(family: Office, town: Town) -> None:
    consent = family.consent("club")
    for other in (Applicant(GROWN, kind="guardian"), Applicant("100002", kind="company")):
        with refused("services.consent_other"):
            begun(family, other, consent)
    with refused("services.consent_other"):
        submit(family.clerk.actor, Asked("interior", "club", Applicant(OTHER_NUMBER), {"club": "x"}, consent=consent))
    town.away = True
    with refused("services.mandate_unconfirmed"):
        begun(family, Applicant(FIRM, kind="company"), consent)
    assert counter_applicants(family.clerk.actor, consent).silent == ("town",) and not Draft.objects.exists()


def test_a_mandate_that_ended_meanwhile_ends_the_draft_too(family: Office, town: Town) -> None:
    consent = family.consent("club")
    draft, key = begun(family, CHILD_OF, consent)
    child_lost(family)
    assert get_draft(family.clerk.actor, draft.id, key.token).id == draft.id, "it is good for an hour"
    family.clock.advance(timedelta(hours=1))
    with refused("services.consent_other"):
        submit_draft(family.clerk.actor, draft.id, token=key.token)
    _, _, token = resume_at_counter(family.clerk.actor, key.digits, 1980)
    with refused("services.consent_other"):
        put_under_consent(family.clerk.actor, draft.id, family.consent("club"), token)


def test_who_consented_for_another_decides_nothing_of_it(family: Office, town: Town, officer: Any) -> None:
    consent = family.consent("club")
    draft, key = begun(family, Applicant(FIRM, kind="company"), consent)
    save_draft(family.clerk.actor, draft.id, {"club": "chess"}, key.token)
    case = submit_draft(family.clerk.actor, draft.id, token=key.token).case
    family.run()
    appoint(Actor.system("interior"), family.citizen.person, "interior", "registrar", since=family.clock.now())
    manager = Actor(channel="desk", person=family.citizen.person, institution="interior", role="registrar")
    assert next_case(manager, "club") is None, "the manager of the company is an officer as well"
    found = next_case(family.registrar.actor, "club")
    assert found is not None and found.id == case
