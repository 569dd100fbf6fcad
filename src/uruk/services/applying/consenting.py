"""Consent: that somebody agreed to an officer's acting for them is an act, before anything of theirs is read."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

import msgspec

from uruk.acts.api import (
    Deed,
    Reading,
    acknowledged,
    change_many,
    clock,
    find_models,
    find_statement,
    finish,
    index_act,
    index_now,
    marks,
    perform,
    receipt_of,
    record_read,
    stored,
    which_acknowledged,
)
from uruk.definitions.api import Field
from uruk.files.api import Limits, intake_pdf, media_of
from uruk.kernel.api import Actor, CodedError, Text, today
from uruk.people.api import require_right
from uruk.services.applying.keeping import forget_files, keep_file, load_file
from uruk.services.domain.cases.contents import Submitted
from uruk.services.models import Consent, KeptFile
from uruk.services.pins import Pinned, current_service
from uruk.services.running.recording import SALT_BYTES, Opened, content_digest
from uruk.services.views import ConsentView

GIVEN = "case.consent-given"
COUNTER = "see-person"
SIGNED, SPOKEN = "signature", "spoken"
# A consent is for one errand: whoever comes again another day consents again.
GOOD_FOR = timedelta(days=30)
MAX_NAME = 100
MAX_PAPER_BYTES = 8 << 20
PAPERS = ("pdf", "jpeg", "png")
_NUMBER = Field("number", "national_number")
_ACT, _CASE = Consent._meta.get_field("act_id"), Consent._meta.get_field("case")
_USE = "UPDATE services_consent SET case_id = %s WHERE act_id = %s AND case_id IS NULL"
_MOVE = 'UPDATE services_keptfile SET "of" = %s WHERE "of" = %s'
_AGREED = Text(
    "سجّل موظف في المؤسسة موافقتك على أن يقدّم عنك طلباً لخدمة ({title})",
    "فەرمانبەرێکی دامەزراوەکە ڕەزامەندیی تۆی تۆمار کرد تا لە جیاتی تۆ داواکاری خزمەتگوزاری ({title}) پێشکەش بکات",
    "An officer of the institution noted your consent to apply for the service ({title}) on your behalf",
)
_SHOWN = Text(
    "اطّلع موظف في المؤسسة على موافقتك وعلى طلبك لخدمة ({title})",
    "فەرمانبەرێکی دامەزراوەکە ڕەزامەندی و داواکارییەکەی تۆی بۆ خزمەتگوزاری ({title}) بینی",
    "An officer of the institution saw your consent and your application for the service ({title})",
)


@dataclass(frozen=True)
class ConsentGiven:
    """What an officer notes: for which service, whose card they compared, and how that person agreed.

    `way`: ``signature`` (`paper`: the SHA-256 of the kept file of what was signed) or ``spoken`` (`witness`: who else
    heard it). `compared`: that the card was compared with the person.
    """

    institution: str
    service: str
    number: str
    name: str
    born: date | None
    way: str
    compared: bool
    paper: str = ""
    witness: str = ""


class ConsentSaid(msgspec.Struct, frozen=True):
    """What the act says; its statement names it by a salted digest."""

    number: str
    name: str
    born: date
    way: str
    paper: str
    witness: str


def note_consent(actor: Actor, consent: UUID, given: ConsentGiven) -> ConsentView:
    """Note that somebody agreed, as an act under the caller's own id: noting the same again is harmless.

    For an office with the right ``see-person``. Errors: ``people.right_missing``, ``people.role_not_held``,
    ``services.case_unknown`` (another institution), ``services.service_not_open``, ``services.channel_closed``,
    ``services.card_not_compared``, ``services.consent_name``, ``services.consent_born``,
    ``services.consent_way``, ``services.consent_witness``, ``services.consent_paper``, ``services.case_differs``
    (another under this id), of a number its field's, those of `acts.perform`.
    """
    require_right(actor, COUNTER)
    if actor.institution != given.institution:
        raise CodedError("services.case_unknown")
    pinned = current_service(given.institution, given.service)
    _check_service(pinned)
    said = _checked(consent, given)
    known = Consent.objects.filter(pk=consent).first()
    if known is None:
        perform(actor, _deed(actor, consent, given, pinned, said))
        index_now(index_consent, consent)
        known = Consent.objects.get(pk=consent)
    elif (known.institution, known.service, known.person) != (given.institution, given.service, actor.person) or (
        said_in(known) != said
    ):
        raise CodedError("services.case_differs")
    return consent_view(known)


def keep_consent_paper(actor: Actor, consent: UUID, data: bytes) -> str:
    """Keep the picture or PDF of a signed consent that is about to be noted; its SHA-256 in hexadecimal.

    For an office with the right ``see-person``. Errors: ``services.consent_paper`` (not a PDF, JPEG or PNG, or too
    large), those of `files.intake_pdf`, ``services.too_many_files``, ``files.disk_nearly_full``,
    ``people.right_missing``, ``people.role_not_held``.
    """
    require_right(actor, COUNTER)
    media = media_of(data)
    if media not in PAPERS or len(data) > MAX_PAPER_BYTES:
        raise CodedError("services.consent_paper", maximum=MAX_PAPER_BYTES >> 20)
    if media == "pdf":
        intake_pdf(data, replace(Limits(), max_bytes=MAX_PAPER_BYTES))
    return keep_file(consent, data)


def consent_paper(actor: Actor, consent: UUID) -> bytes:
    """The paper that was signed, for an office of its institution with the right ``see-person``; noted first.

    Errors: ``services.consent_missing``, ``services.file_unknown``, ``people.right_missing``,
    ``people.role_not_held``.
    """
    row = consent_row(actor, consent)
    note_shown(actor, row)
    return load_file(row.case_id or row.pk, said_in(row).paper)


def get_consent(actor: Actor, consent: UUID) -> ConsentView:
    """A consent, for an office of its institution with the right ``see-person``; that it is shown is noted first.

    Errors: ``services.consent_missing``, ``people.right_missing``, ``people.role_not_held``.
    """
    row = consent_row(actor, consent)
    note_shown(actor, row)
    return consent_view(row)


def consent_row(actor: Actor, consent: UUID) -> Consent:
    """The row, for whoever may see it, before that is noted. Errors as `get_consent`."""
    require_right(actor, COUNTER)
    return _row(consent, actor.institution or "")


def consent_for(actor: Actor, consent: UUID | None, institution: str, service: str) -> Consent:
    """The consent under which an officer acts for somebody now: ``services.consent_missing`` where there is none."""
    require_right(actor, COUNTER)
    row = None if consent is None or actor.institution != institution else _row(consent, institution)
    if row is None or row.service != service or row.at < clock().now() - GOOD_FOR:
        raise CodedError("services.consent_missing")
    return row


def check_for_program(row: Consent | None, service: str, case: UUID) -> Consent:
    """The consent under which a program submits a case: for one only, so that no program uses it again.

    Errors: ``services.consent_missing``, ``services.case_forgotten``.
    """
    if row is None or row.service != service or row.case_id not in (None, case):
        raise CodedError("services.consent_missing")
    if row.case_id is None and row.at < clock().now() - GOOD_FOR:
        raise CodedError("services.consent_missing")
    return row


def note_shown(actor: Actor, row: Consent) -> None:
    """Note that an officer is shown what somebody consented to and applies for. Errors as `acts.record_read`."""
    title = current_service(row.institution, row.service).definition.title
    record_read(actor, Reading("consent.read", _SHOWN.filled(title=title), [row.subject], [str(row.pk)]))


def consent_view(row: Consent) -> ConsentView:
    """A consent as its row says; one that was interrupted is brought to its end first.

    Errors: ``services.case_forgotten``.
    """
    said, receipt = said_in(row), receipt_of(row.pk) or finish(row.pk)
    return ConsentView(
        id=row.pk,
        institution=row.institution,
        service=row.service,
        title=current_service(row.institution, row.service).definition.title,
        number=said.number,
        name=said.name,
        born=said.born,
        way=said.way,
        paper=said.paper,
        witness=said.witness,
        at=row.at,
        person=row.person,
        role=row.role,
        receipt=receipt,
    )


def find_consent(consent: UUID | None) -> ConsentView | None:
    """The consent that a case names; None where it names none, or what it said was destroyed."""
    row = None if consent is None else acknowledged(Consent.objects.filter(pk=consent)).first()
    return None if row is None or row.content is None else consent_view(row)


def consent_of(case: Opened) -> ConsentView | None:
    """The consent under which an officer submitted a case; None where its person did themselves."""
    said = case.acts[0].content
    return find_consent(UUID(said.consent)) if isinstance(said, Submitted) and said.consent else None


def index_consent(payload: dict[str, str]) -> None:
    """Show a consent to the person among who read their data: one that they never gave is found there."""
    row = Consent.objects.filter(pk=payload["act"]).first()
    if row is not None and row.content is not None and find_statement(row.pk) is not None:
        title = current_service(row.institution, row.service).definition.title
        index_act(row.pk, _AGREED.filled(title=title), row.subject)


def take_along(consent: UUID, case: UUID) -> None:
    """Have a consent and its paper belong to the case that was submitted under it, and be forgotten with it."""
    Consent.objects.filter(pk=consent).update(case=case)
    _move_files([(consent, case)])


def use_up(consents: Sequence[tuple[UUID, UUID]]) -> None:
    """The same of consents that are each for one case; where one is used already: ``services.consent_missing``."""
    # Whoever uses some of the same at once waits for the same one.
    named = [(stored(_CASE, case), stored(_ACT, consent)) for consent, case in sorted(consents)]
    if change_many(_USE, named) != len(named):
        raise CodedError("services.consent_missing")
    _move_files(consents)


def _move_files(consents: Sequence[tuple[UUID, UUID]]) -> None:
    change_many(_MOVE, [(stored(_ACT, case), stored(_ACT, consent)) for consent, case in consents])


def forget_consents(_: dict[str, object]) -> None:
    """Destroy what consents say under which nothing was submitted in time; that there was one stays."""
    for row in Consent.objects.filter(case=None, content__isnull=False, at__lt=clock().now() - GOOD_FOR):
        forget_files(row.pk)
        Consent.objects.filter(pk=row.pk).update(content=None, salt=None, subject="")


# -- what is noted -----------------------------------------------------------------------------------------------------


def _check_service(pinned: Pinned) -> None:
    if "counter" not in pinned.model.channels:
        raise CodedError("services.channel_closed", service=pinned.definition.title)


def _checked(consent: UUID, given: ConsentGiven) -> ConsentSaid:
    number, name, witness = str(_NUMBER.clean(given.number)), given.name.strip(), given.witness.strip()
    if not given.compared:
        raise CodedError("services.card_not_compared")
    if not 1 <= len(name) <= MAX_NAME:
        raise CodedError("services.consent_name", maximum=MAX_NAME)
    if given.born is None or given.born.year < 1900 or given.born > today(clock()):
        raise CodedError("services.consent_born")
    if given.way == SPOKEN:
        if not 1 <= len(witness) <= MAX_NAME:
            raise CodedError("services.consent_witness", maximum=MAX_NAME)
        return ConsentSaid(number, name, given.born, SPOKEN, "", witness)
    if given.way != SIGNED:
        raise CodedError("services.consent_way")
    if not KeptFile.objects.filter(of=consent, sha256=given.paper).exists():
        raise CodedError("services.consent_paper", maximum=MAX_PAPER_BYTES >> 20)
    return ConsentSaid(number, name, given.born, SIGNED, given.paper, "")


def _deed(actor: Actor, consent: UUID, given: ConsentGiven, pinned: Pinned, said: ConsentSaid) -> Deed:
    content, salt = msgspec.json.encode(said, order="deterministic").decode(), secrets.token_bytes(SALT_BYTES)
    row = Consent(
        act_id=consent,
        institution=given.institution,
        service=given.service,
        subject=said.number,
        at=clock().now(),
        person=actor.person,
        role=actor.role or "",
        content=content,
        salt=salt,
        digest=content_digest(salt, content),
    )
    body = {
        "service": given.service,
        "definition": pinned.definition.digest,
        "as": actor.role or "",
        "content": bytes(row.digest),
    }

    def rows(_: UUID) -> None:
        row.save(force_insert=True)

    return Deed(type=GIVEN, role="received", author=given.institution, body=body, rows=rows, act_id=consent)


def open_consents(consents: Sequence[UUID], institution: str) -> dict[UUID, Consent]:
    """Those consents that are the institution's, by their ids, each brought to its receipt where it was interrupted."""
    named = [stored(_ACT, one) for one in consents]
    rows = find_models(Consent, f"WHERE institution = %s AND act_id IN ({marks(named)})", institution, *named)
    found = {one.pk: one for one in rows}
    for pending in found.keys() - which_acknowledged(list(found)):
        finish(pending)
    return found


def said_in(row: Consent) -> ConsentSaid:
    """What a consent says. Errors: ``services.case_forgotten``."""
    if row.content is None:
        raise CodedError("services.case_forgotten")
    return msgspec.json.decode(row.content, type=ConsentSaid)


def _row(consent: UUID, institution: str) -> Consent:
    row = open_consents((consent,), institution).get(consent)
    if row is None:
        raise CodedError("services.consent_missing")
    return row
