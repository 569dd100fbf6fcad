"""The life of a definition in force: its draft in the country's folder, its change, its archive, by two persons."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uruk.acts.api import clock, hosted_institutions
from uruk.definitions.api import Definition, files_digest, reopen_definition
from uruk.kernel.api import Actor, CodedError, Text
from uruk.people.api import has_right, require_right
from uruk.publishing.countries import country, find_country
from uruk.publishing.decisions import Body, Decided, Decision, Line, Summary
from uruk.publishing.kinds import kind_named
from uruk.publishing.models import DefinitionArchive, Proposal, PublishedDefinition
from uruk.publishing.proposals import ProposalView, find_open, propose
from uruk.publishing.publication import (
    ACT_TYPE,
    APPROVED_ELSEWHERE,
    ROLE,
    body_of,
    by_digest,
    get_publication,
    in_force,
    keep_publication,
    published_digests,
)
from uruk.publishing.reviews import review_of
from uruk.publishing.stored import pack, unpack

KIND, ARCHIVE = "definition", "definition-archive"
RIGHT = "approve-definitions"
ARCHIVED = "definition.archived"
_KIND = Text("النوع", "جۆر", "Kind")
_NOW = Text("النافذ الآن", "ئەوەی ئێستا کارپێکراوە", "In force now")
_THEN = Text("ما سيحل محله", "ئەوەی جێگەی دەگرێتەوە", "What takes its place")
_CHANGE = {"ar": "تغيير تعريف", "ckb": "گۆڕینی پێناسە", "en": "To change a definition"}
_AGAIN = {"ar": "إعادة العمل بتعريف", "ckb": "گەڕاندنەوەی پێناسە بۆ کار", "en": "To take a definition up again"}
_ARCHIVE = {"ar": "أرشفة تعريف", "ckb": "ئەرشیفکردنی پێناسە", "en": "To archive a definition"}


@dataclass(frozen=True)
class DefinitionView:
    """A definition that is, or was, in force here, and how it stands.

    `digest`: the one published last (hex). `draft`: the digest of what the country's folder has, where that differs.
    `waits`: the open proposal about it.
    """

    kind: str
    institution: str
    code: str
    title: Text
    digest: str
    archived: bool
    draft: str | None
    waits: UUID | None


def list_definitions(institution: str | None = None) -> tuple[DefinitionView, ...]:
    """The definitions in force of this node's institutions, or of one, archived ones too; agreements are not here."""
    rows = PublishedDefinition.objects.exclude(kind__in=APPROVED_ELSEWHERE)
    if institution is not None:
        rows = rows.filter(institution=institution)
    places = rows.order_by("institution", "kind", "code").values_list("kind", "institution", "code").distinct()
    return tuple(_view(*place) for place in places if published_digests(*place))


def require_owner(actor: Actor) -> None:
    """Refuse who may not decide about definitions of their institution.

    Errors: ``people.right_missing``, ``people.role_not_held``.
    """
    require_right(actor, RIGHT)


def owns_definitions(actor: Actor) -> bool:
    """Whether the actor may decide about definitions of their institution."""
    return has_right(actor, RIGHT)


def get_definition(kind: str, institution: str, code: str) -> DefinitionView:
    """One of them. Errors: ``publishing.not_in_force``."""
    return _view(kind, institution, code)


def find_draft(kind: str, institution: str, code: str) -> Definition | None:
    """What the country's folder has in place of the definition in force; None where it says the same, or nothing."""
    known = find_country()
    draft = known.find(kind, institution, code) if known else None
    return draft if draft is not None and draft.digest != in_force(kind, institution, code).digest else None


def try_definition(kind: str, institution: str, code: str) -> Mapping[str, int]:
    """Try the draft on a copy of what was written under the definition in force; numbers, as the kind's room gives.

    Errors: ``publishing.no_draft``, ``publishing.not_in_force``, those of the kind's review.
    """
    draft = find_draft(kind, institution, code)
    if draft is None:
        raise CodedError("publishing.no_draft", code=f"{institution}/{code}"[:120])
    now, review = in_force(kind, institution, code), review_of(kind)
    review.check(now, draft)
    return review.trial(now, draft, None)


def propose_definition(actor: Actor, kind: str, institution: str, code: str) -> ProposalView:
    """Propose that the draft in the country's folder takes the place of what is in force, or is taken up again.

    What was written is tried under it before. The same draft is proposed once. Errors: ``publishing.kind_unknown``,
    ``publishing.not_in_force``, ``publishing.no_draft``, ``publishing.decided_elsewhere`` (agreements), those of the
    kind's review and of proposing.
    """
    if kind in APPROVED_ELSEWHERE:
        raise CodedError("publishing.decided_elsewhere")
    kind_named(kind)
    draft = country().find(kind, institution, code)
    in_force(kind, institution, code)
    if draft is None or institution not in hosted_institutions():
        raise CodedError("publishing.no_draft", code=f"{institution}/{code}"[:120])
    return propose_change(actor, draft)


def propose_change(actor: Actor, draft: Definition) -> ProposalView:
    """Propose that a definition takes the place of the one in force, whatever way it came; errors as above."""
    now = in_force(draft.kind, draft.institution, draft.code)
    body = body_of(draft) | {"replaces": now.digest}
    known = find_open(KIND, draft.institution, **body)
    if known is not None:
        return known
    _check_change(draft.institution, body, draft)
    facts = review_of(draft.kind).trial(now, draft, None)
    return propose(actor, KIND, body | {"tried": dict(facts)}, draft.institution, attachment_of(draft))


def propose_archive(actor: Actor, kind: str, institution: str, code: str) -> ProposalView:
    """Propose to archive a definition; errors: ``publishing.kind_unknown``, ``publishing.not_in_force``,
    ``publishing.archived_already``, ``publishing.never_archived`` (its kind knows no archive), those of proposing.
    """
    kind_named(kind)
    now = in_force(kind, institution, code)
    return propose(actor, ARCHIVE, {"definition": kind, "code": code, "digest": now.digest}, institution)


# -- what two persons decide -------------------------------------------------------------------------------------------


def decisions_about_definitions(after: Any) -> tuple[Decision, Decision]:
    """Both kinds of decision; `after` follows each act."""
    return (
        Decision(KIND, RIGHT, ACT_TYPE, ROLE, check_change, change_summary, change_rows, after),
        Decision(ARCHIVE, RIGHT, ARCHIVED, "decided", check_archive, archive_summary, archive_rows, after),
    )


def check_change(institution: str, body: Body, attachment: bytes) -> None:
    """Whether the proposed definition may take its place now."""
    _check_change(institution, body, proposed(institution, body, attachment))


def _check_change(institution: str, body: Body, draft: Definition) -> None:
    place = draft.kind, institution, draft.code
    publication = get_publication(*place)
    now = publication.definition
    if now.digest != body["replaces"]:
        raise CodedError("publishing.definition_moved")
    today_has = country().find(*place)
    if today_has is not None and today_has.digest != draft.digest:
        raise CodedError("publishing.definition_outdated")
    if now.digest == draft.digest and not publication.archived:
        raise CodedError("publishing.no_draft", code=f"{institution}/{draft.code}"[:120])
    if now.digest != draft.digest:
        review_of(draft.kind).check(now, draft)


def change_summary(institution: str, body: Body, attachment: bytes) -> Summary:
    """What changes, in the words of the kind's room."""
    draft = proposed(institution, body, attachment)
    now = by_digest(bytes(body["replaces"]))
    told = review_of(draft.kind).tell(now, draft, body.get("tried", {}))
    lines = (*named(institution, draft), Line(_NOW, _plain(now.digest.hex())), Line(_THEN, _plain(draft.digest.hex())))
    start = _AGAIN if now.digest == draft.digest else _CHANGE
    return Summary(title_of(start, draft), (*lines, *told.lines), told.warning)


def change_rows(act_id: UUID, decided: Decided) -> None:
    """What the change brings, inside its act's transaction, once what was written meanwhile has been tried too."""
    draft = proposed(decided.institution, decided.body, decided.attachment)
    now = in_force(draft.kind, draft.institution, draft.code)
    if now.digest != draft.digest:
        since = Proposal.objects.values_list("made_at", flat=True).get(pk=decided.id)
        review_of(draft.kind).trial(now, draft, since)
    keep_publication(act_id, draft)


def check_archive(institution: str, body: Body, attachment: bytes) -> None:
    """Whether a definition may be archived now."""
    place = str(body["definition"]), institution, str(body["code"])
    if not review_of(place[0]).archivable:
        raise CodedError("publishing.never_archived")
    publication = get_publication(*place)
    if publication.definition.digest != body["digest"]:
        raise CodedError("publishing.definition_moved")
    if publication.archived:
        raise CodedError("publishing.archived_already")


def archive_summary(institution: str, body: Body, attachment: bytes) -> Summary:
    """The definition that is to be archived."""
    found = by_digest(bytes(body["digest"]))
    return Summary(title_of(_ARCHIVE, found), named(institution, found), review_of(found.kind).ends)


def archive_rows(act_id: UUID, decided: Decided) -> None:
    """What archiving brings, inside its act's transaction."""
    body = decided.body
    publication = get_publication(str(body["definition"]), decided.institution, str(body["code"])).act
    DefinitionArchive.objects.create(act_id=act_id, publication=publication, archived_at=clock().now())


# -- inside ------------------------------------------------------------------------------------------------------------


def _view(kind: str, institution: str, code: str) -> DefinitionView:
    publication, draft = get_publication(kind, institution, code), find_draft(kind, institution, code)
    now = publication.definition
    about = {"definition": kind, "code": code}
    waiting = find_open(KIND, institution, **about) or find_open(ARCHIVE, institution, **about)
    return DefinitionView(
        kind=kind,
        institution=institution,
        code=code,
        title=now.title,
        digest=now.digest.hex(),
        archived=publication.archived,
        draft=None if draft is None else draft.digest.hex(),
        waits=None if waiting is None else waiting.id,
    )


def proposed(institution: str, body: Body, attachment: bytes) -> Definition:
    """The definition that lies with a proposal, compared with the digest that is signed."""
    files = unpack(json.loads(attachment))
    definition = reopen_definition(files, kind_named(str(body["definition"])), institution, str(body["code"]))
    if definition.digest != body["digest"] or files_digest(files) != body["digest"]:
        raise CodedError("publishing.files_changed", digest=bytes(body["digest"]).hex()[:16])
    return definition


def attachment_of(definition: Definition) -> bytes:
    """A definition's files as they lie with a proposal."""
    return json.dumps(pack(definition.files), sort_keys=True, separators=(",", ":")).encode()


def named(institution: str, definition: Definition) -> tuple[Line, ...]:
    """The line that says which definition it is."""
    return (Line(_KIND, _plain(f"{definition.kind} {institution}/{definition.code}")),)


def title_of(start: Mapping[str, str], definition: Definition) -> Text:
    """What is proposed, with the definition's own title."""
    return Text(*(f"{start[lang]}: {definition.title.get(lang)}" for lang in ("ar", "ckb", "en")))


def _plain(text: str) -> Text:
    return Text(text, text, text)
