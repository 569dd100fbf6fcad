"""Document types as published, and the words that go on their papers."""

from typing import cast

from uruk.acts.api import node_settings
from uruk.definitions.api import Article, Definition, Field
from uruk.documents.domain.definition import DocumentType
from uruk.documents.domain.paper import Letterhead, Words
from uruk.documents.views import TypeView
from uruk.kernel.api import Actor, CodedError, Text
from uruk.publishing.api import by_digest, country, find_country, get_publication, in_force, published_digests

KIND = "document"


def document_types(actor: Actor) -> list[TypeView]:
    """The types that this officer may draft in their institution, by title; archived ones are left out."""
    mine = map(view, (one for one in types_of(actor.institution or "") if actor.role in model(one).seal))
    return sorted((one for one in mine if not one.archived), key=lambda one: one.title.ar)


def get_type(institution: str, code: str) -> TypeView:
    """A type in force; unknown: ``documents.type_unknown``."""
    return view(type_in_force(institution, code))


def get_open_type(institution: str, code: str) -> TypeView:
    """A type of which new documents may be prepared: ``documents.type_unknown``, ``documents.type_archived``."""
    return view(open_type(institution, code))


def types_of(institution: str) -> tuple[Definition, ...]:
    """The definitions in force of an institution's types, by code; those not published yet are left out."""
    known = find_country()
    codes = sorted(one.code for one in known.of_kind(KIND, institution)) if known else []
    return tuple(in_force(KIND, institution, code) for code in codes if published_digests(KIND, institution, code))


def type_in_force(institution: str, code: str) -> Definition:
    """The definition in force of a type; unknown: ``documents.type_unknown``."""
    if not published_digests(KIND, institution, code):
        raise CodedError("documents.type_unknown", type=code[:40])
    return in_force(KIND, institution, code)


def open_type(institution: str, code: str) -> Definition:
    """A type in force that new documents may be of; errors ``documents.type_unknown``, ``documents.type_archived``."""
    definition = type_in_force(institution, code)
    require_open_type(definition)
    return definition


def require_open_type(definition: Definition) -> None:
    """Refuse to write a document of a type that two persons archived: ``documents.type_archived``."""
    if _is_archived(definition):
        raise CodedError("documents.type_archived", type=definition.title)


def _is_archived(definition: Definition) -> bool:
    return get_publication(KIND, definition.institution, definition.code).archived


def type_by_digest(digest: bytes) -> Definition:
    """The definition that was in force when a proposal was made."""
    return by_digest(digest)


def model(definition: Definition) -> DocumentType:
    """This room's own model of a type's definition."""
    return cast(DocumentType, definition.model)


def view(definition: Definition) -> TypeView:
    """What the door shows of a type."""
    found = model(definition)
    return TypeView(
        institution=definition.institution,
        code=definition.code,
        title=definition.title,
        ways=found.ways,
        draft_roles=found.seal,
        release_roles=found.release,
        fields=found.fields,
        texts=definition.texts,
        law=found.law,
        digest=definition.digest,
        archived=_is_archived(definition),
    )


def letterhead(institution: str) -> Letterhead:
    """What papers of an institution say at their head and foot."""
    settings = node_settings()
    return Letterhead(
        country=country().name,
        institution=country().institutions[institution].names,
        host=f"{settings.public_url.rstrip('/')}/",
        demonstration=settings.demonstration,
        hijri_offset_days=settings.hijri_offset_days,
    )


def words(definition: Definition) -> Words:
    """A type's texts, the law it stands on, and the names of its choices."""
    shared = country().shared

    def choice_name(field: Field, code: str) -> Text:
        if field.catalogue:
            return shared.catalogues[field.catalogue].name(code)
        return definition.texts.get(f"choices.{field.name}.{code}")

    article = shared.laws.find(model(definition).law)
    return Words(definition.texts, _cited(article) if article else None, choice_name)


def _cited(article: Article) -> dict[str, object]:
    """A law as papers cite it: title, number and year where they are known, article."""
    found: dict[str, object] = {"title": article.title.as_dict(), "article": article.article}
    return found | ({"number": article.number, "year": article.year} if article.number else {})
