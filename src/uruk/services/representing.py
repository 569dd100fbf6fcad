"""Under which mandate a person acts for whom a case is for."""

from dataclasses import replace

from uruk.kernel.api import Actor
from uruk.people.api import MandateView, mandates_of, seen_papers
from uruk.services.models import Case

GUARDIAN, COMPANY, INSTITUTION = "guardian", "company", "institution"
REPRESENTED = frozenset({GUARDIAN, COMPANY, INSTITUTION})
# Whom a register knows by a number or code of its own, and who are no persons.
BODIES = frozenset({COMPANY, INSTITUTION})
NATIONAL = "national"


def subject_of(kind: str, number: str) -> str:
    """By what the cases of an applicant are found. A body's number is nobody's national number, however long."""
    return f"{kind}:{number}" if kind in BODIES else number


def person_of(subject: str) -> str:
    """The national number of whom a case is about; empty for a company or an institution."""
    return "" if subject.partition(":")[0] in BODIES else subject


def is_own_number(actor: Actor, number: str) -> bool:
    """Whether a national number was seen to be the actor's, who acts for themselves."""
    if actor.person is None or actor.institution is not None:
        return False
    return any((one.kind, one.number) == (NATIONAL, number) for one in seen_papers(actor.person))


def find_mandate(actor: Actor, institution: str, subject: str) -> MandateView | None:
    """The mandate by which an institution knows the actor to act for somebody; the one that is good longest."""
    if actor.person is None or actor.institution is not None:
        return None
    found = [one for one in mandates_of(actor.person, institution) if subject_of(one.kind, one.subject) == subject]
    return max(found, key=lambda one: one.good_until, default=None)


def under_mandate(actor: Actor, case: Case) -> Actor:
    """Who acts in a case, and for whom: what a guardian or a manager does stands under their mandate."""
    if actor.person is None or actor.institution is not None or actor.mandate is not None:
        return actor
    if is_own_number(actor, case.subject):
        return actor
    found = find_mandate(actor, case.institution, case.subject)
    return actor if found is None else replace(actor, mandate=str(found.id))
