"""Definitions that arrive by an interface, not with the country's folder: the same checks, the same two persons.

What the folder has, the folder changes: a definition of the same place is never taken from elsewhere.
"""

from collections.abc import Mapping
from dataclasses import replace

from uruk.acts.api import hosted_institutions
from uruk.definitions.api import Definition, check_files, reopen_country
from uruk.kernel.api import Actor, CodedError, Text
from uruk.people.api import require_program_right
from uruk.publishing.countries import country
from uruk.publishing.decisions import Body, Decided, Decision, Line, Summary
from uruk.publishing.kinds import kind_named, kinds
from uruk.publishing.proposals import ProposalView, find_open, propose
from uruk.publishing.publication import (
    ACT_TYPE,
    ROLE,
    body_of,
    codes_in_force,
    get_publication,
    in_force,
    keep_publication,
    published_digests,
)
from uruk.publishing.revising import RIGHT, attachment_of, named, propose_change, proposed, title_of

FIRST = "definition-first"
_NEW = {"ar": "تعريف جديد", "ckb": "پێناسەی نوێ", "en": "A new definition"}
_SAYS = Text("نص التعريف", "دەقی پێناسەکە", "What it says")
_DIGEST = Text("بصمة التعريف", "پەنجەمۆری پێناسەکە", "The digest of the definition")
# What a definition cannot rest on, and what takes long to check: it was checked when the folder was loaded.
_APART = ("services", "documents", "agreements")


def arrived(kind: str, institution: str, code: str, files: Mapping[str, bytes]) -> Definition:
    """A definition by its own files (`registry.yaml`, `texts.ar.yaml`, …), checked as if it lay in the folder.

    So do those of its institution that arrived before it, and are in force: it may rest on them.

    Errors: ``publishing.arrival_broken`` with the first finding, ``publishing.arrival_in_folder``,
    ``publishing.no_country``.
    """
    known = country()
    folder = f"institutions/{institution}/{kind_named(kind).folder}/{code}"
    if any(name.startswith(f"{folder}/") for name in known.files):
        raise CodedError("publishing.arrival_in_folder", code=f"{institution}/{code}"[:120])
    own = {f"{folder}/{name}": data for name, data in files.items()}
    whole = {name: data for name, data in known.files.items() if _may_matter(name)} | _arrived_before(institution) | own
    findings = [one for one in check_files(whole, kinds()) if one.file.startswith(f"{folder}/")]
    found = None if findings else reopen_country(whole, kinds()).find(kind, institution, code)
    if found is None:
        raise CodedError("publishing.arrival_broken", count=len(findings), first=str(findings[0]) if findings else "—")
    return found


def propose_arrived(actor: Actor, definition: Definition) -> ProposalView | None:
    """Propose to two persons that what arrived comes into force, or takes the place of what is; None where it is.

    By who may decide it, by a program in a role that may, or by the node. Errors: ``people.right_missing``,
    ``publishing.no_draft`` (an institution of another node), those of the kind's review and of proposing.
    """
    author = _author(actor, definition.institution)
    if definition.institution not in hosted_institutions():
        raise CodedError("publishing.no_draft", code=f"{definition.institution}/{definition.code}"[:120])
    if not published_digests(definition.kind, definition.institution, definition.code):
        attachment = attachment_of(definition)
        return propose(author, FIRST, body_of(definition), definition.institution, attachment)
    now = get_publication(definition.kind, definition.institution, definition.code)
    same = now.definition.digest == definition.digest and not now.archived
    return None if same else propose_change(author, definition)


def find_arriving(kind: str, institution: str, code: str) -> ProposalView | None:
    """The open proposal by which a definition would come into force for the first time; else None."""
    return find_open(FIRST, institution, definition=kind, code=code)


# -- what two persons decide -------------------------------------------------------------------------------------------


def first_decision(after: object) -> Decision:
    """The decision that a definition comes into force which never was; `after` follows the act."""
    return Decision(FIRST, RIGHT, ACT_TYPE, ROLE, check_first, first_summary, first_rows, after)  # type: ignore[arg-type]


def check_first(institution: str, body: Body, attachment: bytes) -> None:
    """Whether it may come into force: nothing has been there before. ``publishing.definition_moved``."""
    draft = proposed(institution, body, attachment)
    if published_digests(draft.kind, institution, draft.code):
        raise CodedError("publishing.definition_moved")


def first_summary(institution: str, body: Body, attachment: bytes) -> Summary:
    """All that it says, as it was written: there is nothing to compare it with."""
    draft = proposed(institution, body, attachment)
    source = draft.file(f"{draft.kind}.yaml").decode()
    lines = (Line(_DIGEST, _plain(draft.digest.hex())), Line(_SAYS, _plain(source)))
    return Summary(title_of(_NEW, draft), (*named(institution, draft), *lines))


def first_rows(act_id: object, decided: Decided) -> None:
    """What the act brings."""
    keep_publication(act_id, proposed(decided.institution, decided.body, decided.attachment))  # type: ignore[arg-type]


# -- inside ------------------------------------------------------------------------------------------------------------


def _arrived_before(institution: str) -> dict[str, bytes]:
    """The files of what is in force without the folder."""
    kept = country().files
    places = (
        (one.name, code)
        for one in kinds()
        if one.folder not in _APART
        for code in codes_in_force(one.name, institution)
    )
    found: dict[str, bytes] = {}
    for kind, code in places:
        definition = in_force(kind, institution, code)
        own = {name: data for name, data in definition.files.items() if name.startswith(f"{definition.folder}/")}
        found |= {} if own.keys() & kept.keys() else own
    return found


def _may_matter(name: str) -> bool:
    parts = name.split("/")
    return parts[0] != "demo" and not (parts[0] == "institutions" and len(parts) > 3 and parts[2] in _APART)


def _author(actor: Actor, institution: str) -> Actor:
    """Who proposes: a program signs nothing, so the node proposes what it brought."""
    if actor.program is None:
        return actor
    require_program_right(replace(actor, institution=institution), RIGHT)
    return Actor.system(institution)


def _plain(text: str) -> Text:
    return Text(text, text, text)
