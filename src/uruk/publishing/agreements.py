"""Agreements: in force when both institutions approved them, two persons each, and neither has ended them."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

import structlog

from uruk.acts.api import acknowledged, clock, hosted_institutions, instance_code
from uruk.definitions.api import Definition, Institution, files_digest, reopen_definition
from uruk.exchange.api import AGREEMENT_KIND, Agreement, AgreementDefinition, compile_agreement, member_address
from uruk.kernel.api import Actor, CodedError, Text, today
from uruk.publishing.agreement_summary import summarise
from uruk.publishing.countries import country, find_country
from uruk.publishing.decisions import Body, Decided, Decision, Summary
from uruk.publishing.kinds import kinds
from uruk.publishing.models import AgreementApproval, AgreementEnd, ForeignReceipt
from uruk.publishing.proposals import ProposalView, propose
from uruk.publishing.stored import pack, unpack

KIND = "agreement"
RIGHT = "approve-agreements"
APPROVED, ENDED = "agreement.approved", "agreement.ended"
_LOG = structlog.get_logger("uruk.publishing")


@dataclass(frozen=True)
class AgreementView:
    """An agreement that an institution of this node approved, and how it stands.

    `approved`: the institutions that did, here or by a verified receipt; `parties`: both. `ended`: one of them did so.
    The last day of its period is the one before a later agreement about the same offer begins, for the same consumer:
    that one takes its place for good, also if it is ended itself.
    """

    digest: str
    provider: str
    code: str
    purpose: Text
    service: str
    consumer: str
    parties: tuple[str, str]
    approved: frozenset[str]
    ended: bool
    valid_from: date
    valid_until: date

    @property
    def is_whole(self) -> bool:
        """Whether both parties approved it."""
        return self.approved == set(self.parties)

    @property
    def in_force(self) -> bool:
        """Whether both approved it, neither ended it, and its period is not over (it may have yet to begin)."""
        return self.is_whole and not self.ended and max(self.valid_from, today(clock())) <= self.valid_until


def propose_agreement(actor: Actor, institution: str, provider: str, code: str) -> ProposalView:
    """Propose to an institution of this node to approve an agreement as the country's folder has it now.

    Errors: ``publishing.not_in_force`` (no such agreement), ``publishing.no_party``, ``publishing.agreement_known``,
    ``publishing.agreement_over``, ``publishing.agreement_outdated``, those of proposing.
    """
    definition = country().find(KIND, provider, code)
    if definition is None:
        raise CodedError("publishing.not_in_force", code=f"{provider}/{code}"[:80])
    body = {"provider": provider, "code": code, "digest": definition.digest}
    return propose(actor, KIND, body, institution, _attachment(definition))


def propose_agreement_end(actor: Actor, institution: str, digest: str) -> ProposalView:
    """Propose to end an agreement; errors: ``publishing.agreement_unknown``, those of proposing."""
    try:
        named = bytes.fromhex(digest)
    except ValueError:
        raise CodedError("publishing.agreement_unknown") from None
    return propose(actor, "agreement-end", {"digest": named}, institution)


def agreements() -> tuple[AgreementView, ...]:
    """The agreements that institutions of this node approved, newest first, each digest once."""
    rows = {row.digest: row for row in reversed(acknowledged(AgreementApproval.objects.all()))}
    views = (_view(row) for row in reversed(list(rows.values())))
    return tuple(_without_replaced([view for view in views if view is not None]))


def agreements_in_force(hosted: Collection[str]) -> tuple[Agreement, ...]:
    """Those in force in which a hosted institution is a party, as the gateway applies them."""
    mine = [view for view in agreements() if view.in_force and set(view.parties) & set(hosted)]
    found = [compiled for compiled in map(_compiled, mine) if compiled is not None]
    return tuple(sorted(found, key=lambda one: (one.consumer, one.service, one.valid_from, one.digest)))


def agreed_fields(consumer: str, service: str) -> frozenset[str] | None:
    """The fields that the agreement in force between two (addresses in the exchange) lets through; None: there is none.

    At the provider's node.
    """
    now = clock().now().timestamp()
    pointers = [
        one.endpoints[0].fields
        for one in agreements_in_force(hosted_institutions())
        if (one.consumer, one.service) == (consumer, service) and one.endpoints and one.valid_from <= now
    ]
    if not pointers:
        return None
    return frozenset(one.strip("/").partition("/")[0] for one in pointers[-1] or ())


def definition_of(digest: str) -> Definition:
    """The agreement approved under a digest; ``publishing.agreement_unknown``."""
    row = AgreementApproval.objects.filter(digest=digest).first()
    if row is None:
        raise CodedError("publishing.agreement_unknown")
    return _opened(unpack(row.files), row.provider, row.code)


# -- what two persons decide -------------------------------------------------------------------------------------------


def check_approval(institution: str, body: Body, attachment: bytes) -> None:
    """Whether an institution may approve this agreement now."""
    definition = _proposed(body, attachment)
    model = _model(definition)
    if institution not in (model.consumer.institution, model.offer.institution):
        raise CodedError("publishing.no_party", institution=institution)
    if model.valid_until < today(clock()):
        raise CodedError("publishing.agreement_over")
    today_has = country().find(KIND, definition.institution, definition.code)
    if today_has is not None and today_has.digest != definition.digest:
        raise CodedError("publishing.agreement_outdated")
    digest = definition.digest.hex()
    if acknowledged(AgreementApproval.objects.filter(digest=digest, institution=institution)).exists():
        raise CodedError("publishing.agreement_known")


def approval_summary(institution: str, body: Body, attachment: bytes) -> Summary:
    """The agreement as people read it before they sign."""
    return summarise(_proposed(body, attachment), _institutions())


def approval_rows(act_id: UUID, decided: Decided) -> None:
    """What an approval brings, inside its act's transaction."""
    AgreementApproval.objects.create(
        act_id=act_id,
        institution=decided.institution,
        provider=decided.body["provider"],
        code=decided.body["code"],
        digest=bytes(decided.body["digest"]).hex(),
        files=pack(_unpacked(decided.attachment)),
        approved_at=clock().now(),
    )


def check_end(institution: str, body: Body, attachment: bytes) -> None:
    """Whether an institution may end this agreement: it approved it, and it stands."""
    digest = bytes(body["digest"]).hex()
    known = acknowledged(AgreementApproval.objects.filter(digest=digest, institution=institution)).exists()
    if not known or _is_ended(digest):
        raise CodedError("publishing.agreement_unknown")


def end_summary(institution: str, body: Body, attachment: bytes) -> Summary:
    """The agreement that is to end."""
    found = summarise(definition_of(bytes(body["digest"]).hex()), _institutions())
    title = Text(*(f"{start}: {found.title.get(lang)}" for lang, start in _END_OF.items()))
    return Summary(title, found.lines)


def end_rows(act_id: UUID, decided: Decided) -> None:
    """What an ending brings, inside its act's transaction."""
    digest = bytes(decided.body["digest"]).hex()
    AgreementEnd.objects.create(act_id=act_id, institution=decided.institution, digest=digest, ended_at=clock().now())


_END_OF = {"ar": "إنهاء الاتفاق", "ckb": "کۆتاییهێنان بە ڕێککەوتن", "en": "To end the agreement"}


def decisions_about_agreements(after: Any) -> tuple[Decision, Decision]:
    """Both kinds of decision; `after` follows each act."""
    return (
        Decision(KIND, RIGHT, APPROVED, "decided", check_approval, approval_summary, approval_rows, after),
        Decision("agreement-end", RIGHT, ENDED, "decided", check_end, end_summary, end_rows, after),
    )


# -- inside ------------------------------------------------------------------------------------------------------------


def _view(row: AgreementApproval) -> AgreementView | None:
    try:
        definition = _opened(unpack(row.files), row.provider, row.code)
    except CodedError as error:
        # One that cannot be read any more allows nothing, and hinders no other.
        _LOG.error("an agreement cannot be opened", digest=row.digest, error=error.code)
        return None
    model = _model(definition)
    parties = (model.offer.institution, model.consumer.institution)
    approved, ended = _approved(row.digest) & set(parties), _is_ended(row.digest)
    return AgreementView(
        digest=row.digest,
        provider=row.provider,
        code=row.code,
        purpose=definition.title,
        service=str(model.offer),
        consumer=str(model.consumer),
        parties=parties,
        approved=frozenset(approved),
        ended=ended,
        valid_from=model.valid_from,
        valid_until=model.valid_until,
    )


def _without_replaced(views: Iterable[AgreementView]) -> Iterator[AgreementView]:
    """The views, newest first, each with its period cut where a newer one that both approved begins."""
    begins: dict[tuple[str, str], date] = {}
    for view in views:
        about = (view.consumer, view.service)
        last = begins[about] - timedelta(days=1) if about in begins else view.valid_until
        yield replace(view, valid_until=min(view.valid_until, last))
        if view.is_whole:
            begins[about] = min(view.valid_from, begins.get(about, view.valid_from))


def _compiled(view: AgreementView) -> Agreement | None:
    """The agreement for the gateway; None where the country's folder knows one of its parties no longer."""
    addresses = _addresses()
    if not set(view.parties) <= set(addresses):
        _LOG.error("a party of an agreement is not in the country's folder", digest=view.digest)
        return None
    return compile_agreement(definition_of(view.digest), addresses, kinds(), view.valid_until)


def _approved(digest: str) -> set[str]:
    own = acknowledged(AgreementApproval.objects.filter(digest=digest)).values_list("institution", flat=True)
    others = ForeignReceipt.objects.filter(digest=digest, ends=False).values_list("institution", flat=True)
    return {*own, *others}


def _is_ended(digest: str) -> bool:
    own = acknowledged(AgreementEnd.objects.filter(digest=digest)).exists()
    return own or ForeignReceipt.objects.filter(digest=digest, ends=True).exists()


def _proposed(body: Body, attachment: bytes) -> Definition:
    """The agreement that lies with a proposal, compared with the digest that is signed."""
    files = _unpacked(attachment)
    definition = _opened(files, str(body["provider"]), str(body["code"]))
    if definition.digest != body["digest"] or files_digest(files) != body["digest"]:
        raise CodedError("publishing.files_changed", digest=bytes(body["digest"]).hex()[:16])
    return definition


def _opened(files: Mapping[str, bytes], provider: str, code: str) -> Definition:
    return reopen_definition(files, AGREEMENT_KIND, provider, code)


def _model(definition: Definition) -> AgreementDefinition:
    return cast(AgreementDefinition, definition.model)


def _attachment(definition: Definition) -> bytes:
    return json.dumps(pack(definition.files), sort_keys=True, separators=(",", ":")).encode()


def _unpacked(attachment: bytes) -> dict[str, bytes]:
    return unpack(json.loads(attachment))


def _institutions() -> Mapping[str, Institution]:
    found = find_country()
    return found.institutions if found else {}


def _addresses() -> dict[str, str]:
    instance = instance_code()
    return {code: member_address(instance, one) for code, one in _institutions().items()}
