"""The door of people: persons, officers, sign-in, assurance, approval by a second person."""

from uruk.people.approvals import approval_options, approve, approved_by, different_persons, proposal_institution
from uruk.people.domain.assurance import Assurance
from uruk.people.domain.offices import Office
from uruk.people.domain.papers import PAPER_KINDS, check_number
from uruk.people.enrolment import LoadedPerson, load_people, register_officer, see_synthetic
from uruk.people.officers import OfficerView, end_officer, list_officers, officer_exists
from uruk.people.offices import appoint, end_office, offices, require_right, require_role, tell_rights
from uruk.people.profile import PaperView, PersonView, create_account, find_person, register_passkey
from uruk.people.readings import MyReading, MyReadings, ReadingReceipt, my_readings, my_receipt
from uruk.people.second_factor import (
    FactorView,
    SignInStep,
    TotpSecret,
    begin_passkey,
    begin_totp,
    complete_passkey,
    complete_totp,
    list_factors,
    passkey_options,
    passkey_verify,
    pending_step,
    remove_factor,
    totp_verify,
)
from uruk.people.sessions import SessionView, list_sessions, revoke_session, sign_out
from uruk.people.sightings import (
    HandOver,
    SeenPaper,
    claim,
    claim_code,
    code_for,
    find_claim,
    holder_of,
    redeem,
    see,
    seen_papers,
)
from uruk.people.signing_in import change_password, register, sign_in
from uruk.people.software_passkey import SoftwarePasskey
from uruk.people.standing import actor_for, assurance, signed_in_person

__all__ = [
    "PAPER_KINDS",
    "Assurance",
    "FactorView",
    "HandOver",
    "LoadedPerson",
    "MyReading",
    "MyReadings",
    "Office",
    "OfficerView",
    "PaperView",
    "PersonView",
    "ReadingReceipt",
    "SeenPaper",
    "SessionView",
    "SignInStep",
    "SoftwarePasskey",
    "TotpSecret",
    "actor_for",
    "appoint",
    "approval_options",
    "approve",
    "approved_by",
    "assurance",
    "begin_passkey",
    "begin_totp",
    "change_password",
    "check_number",
    "claim",
    "claim_code",
    "code_for",
    "complete_passkey",
    "complete_totp",
    "create_account",
    "different_persons",
    "end_office",
    "end_officer",
    "find_claim",
    "find_person",
    "holder_of",
    "list_factors",
    "list_officers",
    "list_sessions",
    "load_people",
    "my_readings",
    "my_receipt",
    "officer_exists",
    "offices",
    "passkey_options",
    "passkey_verify",
    "pending_step",
    "proposal_institution",
    "redeem",
    "register",
    "register_officer",
    "register_passkey",
    "remove_factor",
    "require_right",
    "require_role",
    "revoke_session",
    "see",
    "see_synthetic",
    "seen_papers",
    "sign_in",
    "sign_out",
    "signed_in_person",
    "tell_rights",
    "totp_verify",
]
