"""Publishing: each definition is frozen under the digest of its closure by an act of its institution.

What was never in force the node puts in force itself; a change of what is in force two persons decide (`revising`).
"""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from uruk.acts.api import (
    Deed,
    acknowledged,
    clock,
    find_often,
    find_rows,
    has_receipt,
    hosted_institutions,
    perform,
    receipt_of,
)
from uruk.definitions.api import Country, Definition, reopen_definition
from uruk.kernel.api import Actor, CodedError, new_id
from uruk.publishing.countries import keep_country
from uruk.publishing.kinds import kind_named
from uruk.publishing.models import PublishedDefinition
from uruk.publishing.stored import pack, unpack
from uruk.trust.api import Receipt

ACT_TYPE, ROLE = "definition.published", "published"
# What both parties approve by themselves, each time anew: the folder's is never more than a draft.
APPROVED_ELSEWHERE = frozenset({"agreement"})
# Asked at every page and every write, and so put together once.
_CODES = f"""SELECT DISTINCT p.code FROM publishing_publisheddefinition p
  WHERE p.kind = %s AND p.institution = %s AND {has_receipt("p.act_id")}"""  # noqa: S608
_DIGESTS = f"""SELECT p.digest FROM publishing_publisheddefinition p
  WHERE p.kind = %s AND p.institution = %s AND p.code = %s AND {has_receipt("p.act_id")}
  ORDER BY p.published_at DESC, p.act_id DESC"""  # noqa: S608
_LATEST = f"""SELECT p.act_id, p.digest, EXISTS (
    SELECT 1 FROM publishing_definitionarchive a WHERE a.publication = p.act_id AND {has_receipt("a.act_id")})
  FROM publishing_publisheddefinition p
  WHERE p.kind = %s AND p.institution = %s AND p.code = %s AND {has_receipt("p.act_id")}
  ORDER BY p.published_at DESC, p.act_id DESC LIMIT 1"""  # noqa: S608


@dataclass(frozen=True)
class Publication:
    """A definition in force and the act that put it in force last."""

    act: UUID
    definition: Definition
    archived: bool
    """Whether two persons archived it: it is read, and nothing is done under it."""


def publish_country(actor: Actor, country: Country) -> list[Receipt]:
    """Make this the country that pages show, and put in force what of it never was.

    Returns the receipts; repeating it publishes nothing. A definition that differs from the one in force is a draft,
    which two persons of its institution decide about (`propose_definition`). Of institutions that live on other nodes
    the definitions are known here, and put in force there.
    """
    keep_country(country)
    hosted = hosted_institutions()
    fresh = [one for one in country.definitions if one.institution in hosted and not _is_decided_by_two(one)]
    receipts = [publish_definition(actor, one) for one in fresh]
    return [receipt for receipt in receipts if receipt is not None]


def _is_decided_by_two(definition: Definition) -> bool:
    if definition.kind in APPROVED_ELSEWHERE:
        return False
    digests = published_digests(definition.kind, definition.institution, definition.code)
    return bool(digests) and digests[0] != definition.digest


def publish_definition(actor: Actor, definition: Definition) -> Receipt | None:
    """Put one definition in force; None when it is already. A publication that was interrupted is completed."""
    rows = PublishedDefinition.objects.filter(
        kind=definition.kind, institution=definition.institution, code=definition.code
    )
    latest = rows.first()
    if latest is None or latest.digest != definition.digest.hex():
        return perform(actor, _deed(definition, new_id()))
    return None if receipt_of(latest.act_id) else perform(actor, _deed(definition, latest.act_id))


def _deed(definition: Definition, act_id: UUID) -> Deed:
    def rows(act: UUID) -> None:
        keep_publication(act, definition)

    body = body_of(definition)
    return Deed(type=ACT_TYPE, role=ROLE, author=definition.institution, body=body, rows=rows, act_id=act_id)


def body_of(definition: Definition) -> dict[str, object]:
    """What the statement of a publication says of a definition."""
    facts = {"code": definition.code, "version": definition.version, "digest": definition.digest}
    return {"definition": definition.kind, **facts}


def keep_publication(act_id: UUID, definition: Definition) -> None:
    """Write the row of a publication, inside its act's transaction."""
    PublishedDefinition.objects.create(
        act_id=act_id,
        kind=definition.kind,
        institution=definition.institution,
        code=definition.code,
        version=definition.version,
        digest=definition.digest.hex(),
        files=pack(definition.files),
        published_at=clock().now(),
    )


def in_force(kind: str, institution: str, code: str) -> Definition:
    """The definition published last; none: ``publishing.not_in_force``."""
    return get_publication(kind, institution, code).definition


def get_publication(kind: str, institution: str, code: str) -> Publication:
    """The same with the act that published it last."""
    latest = find_often(_LATEST, kind, institution, code)
    if latest is None:
        raise CodedError("publishing.not_in_force", code=f"{institution}/{code}"[:120])
    act, digest, archived = latest
    return Publication(act if isinstance(act, UUID) else UUID(act), _opened(digest), bool(archived))


def find_published(act_id: UUID, kind: str) -> Definition | None:
    """The definition of a kind that an acknowledged act put in force; None for an act that did not publish one."""
    row = acknowledged(PublishedDefinition.objects.filter(act_id=act_id, kind=kind)).only("digest").first()
    return None if row is None else _opened(row.digest)


def by_digest(digest: bytes) -> Definition:
    """The definition that was ever published under this digest (32 bytes); none: ``publishing.digest_unknown``."""
    if not acknowledged(PublishedDefinition.objects.filter(digest=digest.hex())).exists():
        raise CodedError("publishing.digest_unknown", digest=digest.hex()[:16])
    return _opened(digest.hex())


def codes_in_force(kind: str, institution: str) -> tuple[str, ...]:
    """The codes of an institution's definitions of a kind that are in force, sorted."""
    return tuple(sorted(code for (code,) in find_rows(_CODES, kind, institution)))


def published_digests(kind: str, institution: str, code: str) -> tuple[bytes, ...]:
    """The digests under which a definition has been in force, the latest first."""
    return tuple(bytes.fromhex(digest) for (digest,) in find_rows(_DIGESTS, kind, institution, code))


@lru_cache(maxsize=256)
def _opened(digest: str) -> Definition:
    """A frozen definition never changes, so one copy serves the process."""
    row = acknowledged(PublishedDefinition.objects.filter(digest=digest)).first()
    if row is None:
        raise CodedError("publishing.digest_unknown", digest=digest[:16])
    definition = reopen_definition(unpack(row.files), kind_named(row.kind), row.institution, row.code)
    if definition.digest.hex() != digest:
        raise CodedError("publishing.files_changed", digest=digest[:16])
    return definition
