"""The kind ``document``: what ``document.yaml`` may say, and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, cast

from uruk.definitions.api import (
    Context,
    Cursor,
    Duration,
    Expression,
    Field,
    Fields,
    Findings,
    Parsed,
    Parsings,
)
from uruk.trust.api import MAX_COSE_BYTES, QrField, worst_case_size

WAYS = ("fill", "seal")
MAX_TYPE_NUMBER = 9999
MAX_FIELDS = 40
# What the QR can hold of a field: text may be shortened, numbers and codes may not.
_QR_KINDS: dict[str, Literal["text", "choice", "integer", "date", "yes_no"]] = {
    "text": "text",
    "choice": "choice",
    "national_number": "choice",
    "integer": "integer",
    "money": "integer",
    "date": "date",
    "yes_no": "yes_no",
}
_NATIONAL_NUMBER_DIGITS = 12
# What can name the thing of which only the newest document holds.
_SAYS_WHICH = frozenset({"text", "integer", "national_number", "choice"})


@dataclass(frozen=True)
class Condition:
    """What must be true of the fields before a document may be submitted; its text says so when it is not."""

    name: str
    must: Expression
    law: str | None


@dataclass(frozen=True)
class DocumentType:
    """A document type as its room reads it.

    ``number`` stands for the type in the QR; ``seal`` and ``release`` are the roles that draft and that release;
    ``validity`` is None for one that holds for ever; ``holder`` names the field with the holder's national number.
    ``replaces``: of those with the same value in this field only the newest holds. ``template`` is its document.typ.
    """

    number: int
    law: str
    ways: tuple[str, ...]
    seal: tuple[str, ...]
    release: tuple[str, ...]
    validity: Duration | None
    holder: str | None
    fields: Fields
    conditions: tuple[Condition, ...]
    template: bytes = b""
    replaces: str | None = None

    def qr_fields(self) -> dict[int, Field]:
        """The fields that stand in the QR, by their number there."""
        return {field.qr: field for field in self.fields if field.qr is not None}


class DocumentKind:
    """Reads ``institutions/<code>/documents/<code>/document.yaml`` and checks it."""

    name = "document"
    version = 1
    folder = "documents"
    files = frozenset({"document.typ"})
    single = False

    def parse(self, cursor: Cursor, context: Context) -> DocumentType | None:
        """The type; None where too much is wrong to use it (all that is wrong is reported)."""
        number = cursor.integer("number", minimum=1, maximum=MAX_TYPE_NUMBER)
        law = context.law(cursor)
        ways = cursor.strings("ways", one_of=WAYS)
        seal, release = context.roles(cursor, "seal"), context.roles(cursor, "release")
        validity = context.duration(cursor, "validity", "forever")
        fields = context.fields(cursor)
        holder, replaces = _holder(cursor, fields), _replaces(cursor, fields)
        conditions = _conditions(cursor, context, fields)
        context.allow_text("statement", cursor.place())
        cursor.finish()
        if number is None or law is None or not ways:
            return None
        kept = validity if isinstance(validity, Duration) else None
        template = context.files.get("document.typ", b"")
        found = DocumentType(number, law, ways, seal, release, kept, holder, fields, conditions, template, replaces)
        _check_fields(found, cursor)
        _check_qr(found, cursor, context)
        return found

    def check(self, definitions: Iterable[Parsed], findings: Findings) -> None:
        """No two types of an institution may have one number: the QR knows types only by it."""
        seen: dict[int, str] = {}
        for parsed in definitions:
            number = cast(DocumentType, parsed.model).number
            if number in seen:
                parsed.cursor.report("number", "documents.type_number_twice", number=number, type=seen[number])
            seen.setdefault(number, parsed.code)

    def check_across(self, found: Parsings, findings: Findings) -> None:
        """Types of several institutions have nothing to agree about."""


def _holder(cursor: Cursor, fields: Fields) -> str | None:
    name = cursor.string("holder", required=False)
    if name is not None and (name not in fields or fields[name].type != "national_number"):
        cursor.report("holder", "documents.holder_not_a_number", field=name[:60])
        return None
    return name


def _replaces(cursor: Cursor, fields: Fields) -> str | None:
    """The field by which an earlier document is known: it is always filled, and says one thing in one way."""
    name = cursor.string("replaces", required=False)
    if name is not None and (name not in fields or not fields[name].required or fields[name].type not in _SAYS_WHICH):
        cursor.report("replaces", "documents.replaces_field", field=name[:60])
        return None
    return name


def _conditions(cursor: Cursor, context: Context, fields: Fields) -> tuple[Condition, ...]:
    block = cursor.mapping("conditions", required=False)
    found = []
    for name, entry in block.entries() if block else ():
        context.need_text(f"conditions.{name}", entry.place())
        must = context.expression(entry, "must", fields)
        law = context.law(entry)
        entry.finish()
        if must is not None:
            found.append(Condition(name, must, law))
    return tuple(found)


def _check_fields(found: DocumentType, cursor: Cursor) -> None:
    if len(found.fields) > MAX_FIELDS:
        cursor.report("fields", "documents.too_many_fields", maximum=MAX_FIELDS)
    for field in found.fields:
        if field.type in {"file", "list", "group", "location", "declaration"}:
            cursor.report("fields", "documents.field_not_printable", field=field.name, type=field.type)


def _check_qr(found: DocumentType, cursor: Cursor, context: Context) -> None:
    """Refuse at once what would fail at a release: a QR that cannot hold its fields."""
    usable = [field for field in found.qr_fields().values() if field.type in _QR_KINDS]
    size = worst_case_size([qr_field(field) for field in usable], context.institution.code, "seal" in found.ways)
    if size > MAX_COSE_BYTES:
        cursor.report("fields", "documents.qr_too_large", bytes=size, maximum=MAX_COSE_BYTES)


def qr_field(field: Field) -> QrField:
    """What a field can need in the QR at most."""
    longest = max((len(code) for code in field.options), default=0)
    characters = {"national_number": _NATIONAL_NUMBER_DIGITS, "choice": longest, "text": field.maximum or 200}
    return QrField(field.qr or 0, _QR_KINDS[field.type], characters.get(field.type, 0))
