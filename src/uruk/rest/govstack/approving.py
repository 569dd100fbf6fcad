"""The two persons of test mode: officers of the demonstration with passkeys in software, who approve what arrives.

Nothing is skipped: each signs the same bytes as an officer at the desk, and the act names both. That a machine presses
for them is what test mode means, which is why such a passkey exists only on a node of invented people.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from uruk.acts.api import hosted_institutions, node_settings
from uruk.kernel.api import Actor, CodedError, Text
from uruk.people.api import Office, SoftwarePasskey, list_officers, register_officer, register_passkey
from uruk.publishing.api import ProposalView, approve_proposal, institutions, proposal_options
from uruk.rest.govstack.locking import one_at_a_time

RIGHT = "approve-definitions"
# One office each, however often they are asked for.
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
_NAMES = Text("موظف وضع الاختبار", "فەرمانبەری دۆخی تاقیکردنەوە", "Officer of test mode")


def approve_by_two(proposal: ProposalView, names: Sequence[str] = ()) -> None:
    """Have two persons who may decide it approve a proposal: those of these names, or of test mode.

    Errors: ``people.demonstration``, ``rest.nobody_approves``, those of `publishing.approve_proposal`.
    """
    with one_at_a_time("approving"):
        for one in two_officers(proposal.institution, names):
            actor = Actor(channel="desk", person=one.person, institution=one.institution, role=one.role)
            passkey = _passkey(one.person)
            answer = passkey.get(proposal_options(actor, proposal.id))
            _keep(one.person, passkey)
            approve_proposal(actor, proposal.id, answer)


def two_officers(institution: str, names: Sequence[str] = ()) -> tuple[Office, ...]:
    """Two persons of an institution who may approve definitions: of these names, or made for test mode."""
    known = institutions().get(institution)
    roles = [role for role, one in (known.roles if known else {}).items() if RIGHT in one.may]
    wanted = tuple(names) or tuple(f"govstack.{institution}.{number}" for number in (1, 2))
    if roles and not names:
        for name in wanted:
            register_officer(Actor.system(institution), institution, roles[0], name, _NAMES, since=_BEGINNING)
    held = [one for one in list_officers() if one.office.institution == institution and one.office.role in roles]
    found = {one.officer_name: one.office for one in held if one.officer_name in wanted}
    if len(found) < len(wanted) or len(wanted) != 2:
        raise CodedError("rest.nobody_approves", institution=institution, right=RIGHT)
    return tuple(found.values())


def first_institution() -> str:
    """The first institution here in which some role may approve definitions. Errors: ``rest.nobody_approves``."""
    known = institutions()
    for code in sorted(hosted_institutions()):
        if code in known and any(RIGHT in one.may for one in known[code].roles.values()):
            return code
    raise CodedError("rest.nobody_approves", institution="—", right=RIGHT)


def test_officer(institution: str, role: str) -> UUID:
    """An officer of test mode in a role; one for each, made at the first time."""
    name = f"govstack.{institution}.{role}"
    return register_officer(Actor.system(institution), institution, role, name, _NAMES, since=_BEGINNING)


def _passkey(person: UUID) -> SoftwarePasskey:
    """The person's passkey, which is made the first time and counts on from there."""
    known = _kept().get(str(person))
    if known is not None:
        return SoftwarePasskey.from_text(known)
    passkey = SoftwarePasskey()
    register_passkey(person, passkey.create, name="govstack")
    return passkey


def _path() -> Path:
    return node_settings().data / "govstack" / "passkeys.json"


def _kept() -> dict[str, str]:
    found: dict[str, str] = json.loads(_path().read_text(encoding="utf-8")) if _path().exists() else {}
    return found


def _keep(person: UUID, passkey: SoftwarePasskey) -> None:
    known = _kept() | {str(person): passkey.to_text()}
    _path().touch(mode=0o600)
    _path().write_text(json.dumps(known), encoding="utf-8")
