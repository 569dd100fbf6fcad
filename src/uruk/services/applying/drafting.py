"""Drafts: answers saved step by step, found again by who began them, submitted as a case under the draft's own id."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import F

from uruk.acts.api import change_row, clock, find_models, stored
from uruk.kernel.api import Actor, CodedError, ascii_digits, day_of, new_id, today
from uruk.people.api import find_person, require_right, seen_papers
from uruk.services.applying.bounding import KEPT, MAX_LISTED, fresh, require_room
from uruk.services.applying.consenting import COUNTER, consent_for, consent_view, find_consent, note_shown
from uruk.services.applying.fitting import changed, fitting
from uruk.services.applying.forms import form_of
from uruk.services.applying.keeping import forget_files
from uruk.services.applying.mandating import confirmed, require_represented
from uruk.services.applying.speaking import require_spoken
from uruk.services.applying.submitting import (
    Applicant,
    Asked,
    InvalidAnswersError,
    SubmittedCase,
    clean_number,
    fetched_facts,
    find_submitted,
    ground_of,
    submit,
)
from uruk.services.domain.cases.contents import Told
from uruk.services.domain.judging.answering import check_answers
from uruk.services.domain.judging.judging import facts_of_answers
from uruk.services.models import Consent, Draft
from uruk.services.pins import Pinned, current_service
from uruk.services.representing import find_mandate, subject_of
from uruk.services.views import DraftKey, DraftView

MAX_TRIES = 5
DIGITS = 10
MAX_BYTES = 256 * 1024
_NATIONAL = "national"
_FRESH = (Draft._meta.get_field("id"), Draft._meta.get_field("made_at"))


def begin_draft(
    actor: Actor,
    institution: str,
    service: str,
    born_year: int,
    applicant: Applicant | None = None,
    consent: UUID | None = None,
) -> tuple[DraftView, DraftKey]:
    """Begin a draft, and get what opens it again: ten digits with the year of birth, or a token.

    `applicant`: for whom it is, where the actor acts for another under a mandate (`applicants`); `consent`: under which
    an officer begins it for somebody. Errors: ``services.service_not_open``, ``services.born_year``,
    ``services.no_mandate``, ``services.mandate_unconfirmed``, ``services.consent_missing``, ``services.drafts_full``
    (the person has as many as are listed), ``services.too_many_drafts`` (of visitors, at this node, in the last hour).
    """
    pinned, now = current_service(institution, service), clock().now()
    require_room(actor)
    given = None if actor.institution is None else consent_for(actor, consent, institution, service)
    other = {} if applicant is None else _represented(actor, institution, service, applicant, given)
    if isinstance(born_year, bool) or not isinstance(born_year, int) or not 1900 <= born_year <= now.year:
        raise CodedError("services.born_year")
    key = DraftKey("".join(secrets.choice("0123456789") for _ in range(DIGITS)), secrets.token_urlsafe(32))
    row = Draft.objects.create(
        id=new_id(),
        institution=institution,
        service=service,
        person=None if actor.institution else actor.person,
        code=_digest(key.digits),
        born_year=born_year,
        token=_digest(key.token),
        definition=pinned.definition.digest.hex(),
        answers={},
        facts={},
        applicant=other,
        consent=consent if actor.institution else None,
        made_at=now,
        saved_at=now,
    )
    return _view(row, pinned, actor), key


def put_under_consent(actor: Actor, draft: UUID, consent: UUID, token: str) -> DraftView:
    """Go on with somebody's draft at a counter, under the consent that they gave; that it is shown is noted first.

    Errors: ``services.draft_unknown``, ``services.consent_missing``, ``services.consent_born`` (of another year of
    birth), ``services.consent_other`` (the account that began the draft has another number), those of `consent_for`.
    """
    row = _held_row(draft, token)
    if row is None or row.institution != actor.institution:
        raise CodedError("services.draft_unknown")
    given = consent_for(actor, consent, row.institution, row.service)
    if consent_view(given).born.year != row.born_year:
        raise CodedError("services.consent_born")
    if row.applicant:
        require_spoken(given, row.applicant["kind"], row.applicant["number"])
    elif not _may_be_of(row, given.subject):
        raise CodedError("services.consent_other")
    note_shown(actor, given)
    Draft.objects.filter(pk=row.pk).update(consent=consent)
    return get_draft(actor, draft, token)


def _may_be_of(row: Draft, number: str) -> bool:
    """Whether nothing that is known of a draft says that it is another's."""
    numbers = {one.number for one in seen_papers(row.person) if one.kind == _NATIONAL} if row.person else set()
    return not numbers or number in numbers


def save_draft(actor: Actor, draft: UUID, answers: Mapping[str, object], token: str = "") -> DraftView:
    """Keep answers beside those that are there, as typed; what is wrong or missing is told and kept all the same.

    Facts on which questions depend are asked for where the person's number was seen to be theirs, at a counter of who
    consented. Errors as `find_draft`:
    ``services.draft_unknown``, ``services.draft_too_large``, ``services.service_not_open``.
    """
    row = find_draft(actor, draft, token)
    pinned = current_service(row.institution, row.service)
    before = fitting(row, pinned)
    row.answers = _kept({**before, **answers})
    anew = {name for name in answers if before.get(name) != answers[name]}
    row.facts = {name: one for name, one in row.facts.items() if name not in facts_of_answers(pinned.service, anew)}
    row.definition, row.saved_at = pinned.definition.digest.hex(), clock().now()
    if row.person is None and actor.institution is None:
        # Whoever holds its token and signs in finds it among their own from now on.
        row.person = actor.person
    view = _view(row, pinned, actor)
    if view.waiting and (told := _told_now(actor, pinned, row)):
        row.facts |= msgspec.to_builtins(told)
        view = _view(row, pinned, actor)
    # Rows about a fact are kept with what each is about: the fact may come in another order when it is submitted.
    row.answers = dict(view.answers)
    _save(row, "answers", "facts", "definition", "saved_at", "person")
    return view


def get_draft(actor: Actor, draft: UUID, token: str = "") -> DraftView:
    """A draft of one's own, on the service as it is in force now, with what has changed since it was saved.

    Errors: ``services.draft_unknown``, ``services.service_not_open``.
    """
    row = find_draft(actor, draft, token)
    return _view(row, current_service(row.institution, row.service), actor)


def my_drafts(actor: Actor) -> tuple[DraftView, ...]:
    """The drafts of a person, newest first, at most 50; without those of services that are not open any more, and of
    whom they do not act for any more, or whose register does not answer that.
    """
    if actor.person is None or actor.institution is not None:
        return ()
    found = []
    for row in fresh().filter(person=actor.person)[:MAX_LISTED]:
        try:
            if _is_mandated(actor, row):
                found.append(_view(row, current_service(row.institution, row.service), actor))
        except CodedError as error:
            if error.code not in {"services.service_not_open", "services.mandate_unconfirmed"}:
                raise
    return tuple(found)


def resume_draft(digits: str, born_year: int) -> tuple[DraftView, str]:
    """Find a draft again by its ten digits and the year of birth, also at a counter; and get a fresh token for it.

    After five wrong years the digits open nothing any more. Unknown digits, a wrong year and dead digits answer alike:
    ``services.draft_unknown``.
    """
    code = _digest(ascii_digits("".join(digits.split())))
    row = fresh().filter(code=code, tries__lt=MAX_TRIES).first()
    if row is None:
        raise CodedError("services.draft_unknown")
    if row.born_year != born_year:
        # Counted in the database: tries that come at once are as many.
        Draft.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
        raise CodedError("services.draft_unknown")
    token = secrets.token_urlsafe(32)
    Draft.objects.filter(pk=row.pk).update(token=_digest(token), tries=0)
    return _view(row, current_service(row.institution, row.service), Actor.anonymous("portal")), token


def resume_at_counter(actor: Actor, digits: str, born_year: int) -> tuple[UUID, str, str]:
    """The same for an officer: draft, service and token, and nothing of what it says before a consent is given.

    Errors: ``services.draft_unknown`` (also of another institution), ``people.right_missing``,
    ``people.role_not_held``.
    """
    require_right(actor, COUNTER)
    found, token = resume_draft(digits, born_year)
    if found.institution != actor.institution:
        raise CodedError("services.draft_unknown")
    return found.id, found.service, token


def discard_draft(actor: Actor, draft: UUID, token: str = "") -> None:
    """Delete a draft of one's own: ``services.draft_unknown``."""
    row = find_draft(actor, draft, token)
    forget_files(row.pk)
    row.delete()


def submit_draft(actor: Actor, draft: UUID, applicant: Applicant | None = None, token: str = "") -> SubmittedCase:
    """Submit a draft as the case with its id, and delete it; again: the same case.

    `applicant` None: whom the draft is for, as far as that is known of the actor. Errors: ``services.draft_unknown``,
    ``services.assurance_seen`` (no office has seen whose it is), those of `submit`.
    """
    known = find_submitted(actor, draft)
    if known is not None:
        Draft.objects.filter(pk=draft).delete()
        return known
    row = find_draft(actor, draft, token)
    pinned = current_service(row.institution, row.service)
    answers = fitting(row, pinned)
    whom = applicant or _applicant(actor, row) or _declared(actor, row, pinned)
    if whom is None:
        raise CodedError("services.assurance_seen")
    try:
        done = submit(actor, Asked(row.institution, row.service, whom, answers, row.pk, row.consent))
    except InvalidAnswersError:
        _ask_anew(actor, row)
        raise
    row.delete()
    return done


def _ask_anew(actor: Actor, row: Draft) -> None:
    """Answers that are not right any more on what holders say by now: the pages of the draft are asked on that."""
    before, row.facts = row.facts, {}
    pinned = current_service(row.institution, row.service)
    row.facts = before | msgspec.to_builtins(_told_now(actor, pinned, row))
    _save(row, "facts")


def _save(row: Draft, *names: str) -> None:
    """Keep what was changed of a draft, unless it was submitted or deleted meanwhile."""
    if not change_row(row, *names):
        raise CodedError("services.draft_unknown")


def forget_drafts(_: dict[str, Any]) -> None:
    """Delete the drafts that were begun more than 30 days ago."""
    for row in Draft.objects.filter(made_at__lt=clock().now() - KEPT):
        forget_files(row.pk)
        row.delete()


def find_draft(actor: Actor, draft: UUID, token: str) -> Draft:
    """The row of a draft of one's own, or whose token one has; an officer's look is noted first.

    Errors: ``services.draft_unknown``, ``services.consent_missing`` (an officer, and nobody consented).
    """
    row = _row(draft)
    held = row if row is not None and _opens(token, row) else None
    if actor.institution is not None:
        if held is None or held.institution != actor.institution:
            raise CodedError("services.draft_unknown")
        note_shown(actor, consent_for(actor, held.consent, held.institution, held.service))
        return held
    is_own = row is not None and actor.person is not None and row.person == actor.person
    if row is None or (held is None and not (is_own and _is_mandated(actor, row))):
        raise CodedError("services.draft_unknown")
    return row


def _held_row(draft: UUID, token: str) -> Draft | None:
    """The draft that a token opens."""
    row = _row(draft)
    return row if row is not None and _opens(token, row) else None


def _row(draft: UUID) -> Draft | None:
    """A draft whose time is not over."""
    rows = find_models(Draft, "WHERE id = %s AND made_at >= %s", *map(stored, _FRESH, (draft, clock().now() - KEPT)))
    return next(iter(rows), None)


def _opens(token: str, row: Draft) -> bool:
    return bool(token) and hmac.compare_digest(row.token, _digest(token))


def _digest(secret: str) -> str:
    """How digits and tokens are kept: who has the rows alone finds neither."""
    return hmac.new(
        settings.SECRET_KEY.encode(), b"uruk/services/draft/v1\n" + secret.encode(), hashlib.sha256
    ).hexdigest()


def _kept(answers: Mapping[str, object]) -> dict[str, object]:
    try:
        size = len(msgspec.json.encode(answers))
    except (TypeError, UnicodeEncodeError, ValueError):
        size = MAX_BYTES + 1
    if size > MAX_BYTES:
        raise CodedError("services.draft_too_large", kib=MAX_BYTES // 1024)
    return dict(answers)


def _told_now(actor: Actor, pinned: Pinned, row: Draft) -> dict[str, Told]:
    """What holders say of facts on which the next questions depend, of nobody but the person themselves."""
    applicant = _applicant(actor, row)
    if applicant is None:
        return {}
    known = msgspec.convert(row.facts, dict[str, Told])
    asked = Asked(row.institution, row.service, applicant, row.answers)
    return fetched_facts(pinned, asked, applicant.number, known)


def _represented(
    actor: Actor, institution: str, service: str, applicant: Applicant, consent: Consent | None
) -> dict[str, object]:
    """For whom a draft is, as the register says it: for whom the actor speaks, or at a counter whoever consented."""
    if consent is not None:
        spoken = require_spoken(consent, applicant.kind, clean_number(applicant))
        return Applicant(spoken.told.subject, spoken.told.born, spoken.kind).facts()
    found = require_represented(actor, institution, service, applicant.kind, clean_number(applicant))
    return Applicant(found.subject, found.born, found.kind).facts()


def _is_mandated(actor: Actor, row: Draft) -> bool:
    """Whether the actor still acts for whom a draft is for, at a counter whoever consented; a draft of one's own needs
    nobody's word.
    """
    if not row.applicant:
        return True
    if actor.institution is not None:
        given = consent_for(actor, row.consent, row.institution, row.service)
        return bool(require_spoken(given, row.applicant["kind"], row.applicant["number"]))
    mandate = find_mandate(actor, row.institution, subject_of(row.applicant["kind"], row.applicant["number"]))
    return mandate is not None and confirmed(actor, mandate, row.service)


def _applicant(actor: Actor, row: Draft) -> Applicant | None:
    """For whom a draft is, as far as it is known of the actor: whoever only has its token is shown no facts of them."""
    if actor.institution is not None and not row.applicant:
        given = find_consent(row.consent)
        return None if given is None else Applicant(given.number, given.born)
    if row.applicant:
        said = row.applicant
        born = date.fromisoformat(said["born"]) if "born" in said else None
        return Applicant(said["number"], born, said["kind"]) if _is_mandated(actor, row) else None
    number = _own_number(actor)
    return None if number is None else Applicant(number)


def _declared(actor: Actor, row: Draft, pinned: Pinned) -> Applicant | None:
    """Whoever a person says they are, where the service needs no more: they are shown nothing for it."""
    if pinned.model.assurance != "declared" or row.applicant or actor.institution is not None:
        return None
    person = None if actor.person is None else find_person(actor.person)
    number = next((one.number for one in person.papers if one.kind == _NATIONAL), None) if person else None
    return None if number is None else Applicant(number)


def _own_number(actor: Actor) -> str | None:
    """The national number that was seen to be the person's; None for a visitor and at a counter."""
    mine = seen_papers(actor.person) if actor.person is not None and actor.institution is None else ()
    return next((one.number for one in mine if one.kind == _NATIONAL), None)


def _view(row: Draft, pinned: Pinned, actor: Actor) -> DraftView:
    facts = msgspec.convert(row.facts, dict[str, Told])
    answers, known = fitting(row, pinned), _applicant(actor, row)
    applicant = {} if known is None else known.facts()
    if row.applicant and known is None:
        facts = {}
    found = check_answers(pinned.service, answers, ground_of(today(clock()), applicant, facts), whole=False)
    came, went = changed(row, pinned.definition)
    return form_of(
        row.pk,
        pinned,
        answers,
        found,
        facts,
        came=came,
        went=went,
        saved_at=row.saved_at,
        deleted_on=day_of(row.made_at + KEPT),
        applicant=row.applicant,
    )
