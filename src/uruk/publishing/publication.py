"""Publishing: each definition is frozen under the digest of its closure by an act of its institution."""

from functools import lru_cache
from uuid import UUID

from uruk.acts.api import Deed, acknowledged, clock, hosted_institutions, perform, receipt_of
from uruk.definitions.api import Country, Definition, reopen_definition
from uruk.kernel.api import Actor, CodedError, new_id
from uruk.publishing.countries import keep_country
from uruk.publishing.kinds import kind_named
from uruk.publishing.models import PublishedDefinition
from uruk.publishing.stored import pack, unpack
from uruk.trust.api import Receipt

ACT_TYPE = "definition.published"


def publish_country(actor: Actor, country: Country) -> list[Receipt]:
    """Put every definition of a country in force and make it the country that pages show.

    Returns the receipts of what was not in force yet; repeating it publishes nothing. Of institutions that live on
    other nodes the definitions are known here, and put in force there.
    """
    keep_country(country)
    hosted = hosted_institutions()
    receipts = [publish_definition(actor, one) for one in country.definitions if one.institution in hosted]
    return [receipt for receipt in receipts if receipt is not None]


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
        PublishedDefinition.objects.create(
            act_id=act,
            kind=definition.kind,
            institution=definition.institution,
            code=definition.code,
            version=definition.version,
            digest=definition.digest.hex(),
            files=pack(definition.files),
            published_at=clock().now(),
        )

    body = {
        "kind": definition.kind,
        "code": definition.code,
        "version": definition.version,
        "digest": definition.digest,
    }
    return Deed(type=ACT_TYPE, role="published", author=definition.institution, body=body, rows=rows, act_id=act_id)


def in_force(kind: str, institution: str, code: str) -> Definition:
    """The definition published last; none: ``publishing.not_in_force``."""
    rows = PublishedDefinition.objects.filter(kind=kind, institution=institution, code=code).defer("files")
    latest = acknowledged(rows).first()
    if latest is None:
        raise CodedError("publishing.not_in_force", code=f"{institution}/{code}")
    return _opened(latest.digest)


def by_digest(digest: bytes) -> Definition:
    """The definition that was ever published under this digest (32 bytes); none: ``publishing.digest_unknown``."""
    if not acknowledged(PublishedDefinition.objects.filter(digest=digest.hex())).exists():
        raise CodedError("publishing.digest_unknown", digest=digest.hex()[:16])
    return _opened(digest.hex())


def codes_in_force(kind: str, institution: str) -> tuple[str, ...]:
    """The codes of an institution's definitions of a kind that are in force, sorted."""
    rows = PublishedDefinition.objects.filter(kind=kind, institution=institution).order_by("code")
    return tuple(acknowledged(rows).values_list("code", flat=True).distinct())


def published_digests(kind: str, institution: str, code: str) -> tuple[bytes, ...]:
    """The digests under which a definition has been in force, the latest first."""
    rows = PublishedDefinition.objects.filter(kind=kind, institution=institution, code=code)
    return tuple(bytes.fromhex(digest) for digest in acknowledged(rows).values_list("digest", flat=True))


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
