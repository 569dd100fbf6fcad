"""What registries have to agree about: links that lead somewhere, subjects that are persons, codes of their own."""

from collections.abc import Iterator, Mapping
from typing import cast

from uruk.definitions.api import Field, Parsed, Parsings
from uruk.exchange.api import Offering
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.domain.usable import report_field

KIND = "registry"
# The code of what every gateway has built in: nothing that is defined may take its addresses.
RESERVED = "uruk"


def check_across(found: Parsings) -> None:
    """Report what is wrong between the registries of each institution, and with what shares their addresses."""
    for institution, parsed in found.of_kind(KIND):
        _check_code(found, institution, parsed)
        near = _Registries(found, institution)
        for item in model_of(parsed).links:
            _check_link(near, parsed, item)
        _check_subjects(near, parsed)
        _check_circle(near, parsed)
    _check_institutions(found)


def model_of(parsed: Parsed) -> RegistryDefinition:
    """The model of a parsed registry."""
    return cast(RegistryDefinition, parsed.model)


class _Registries:
    """The registries of one institution, as links see them."""

    def __init__(self, found: Parsings, institution: str) -> None:
        self._found, self._institution = found, institution
        self.by_code: Mapping[str, Parsed] = {
            one.code: one for owner, one in found.of_kind(KIND) if owner == institution
        }

    def may_have(self, code: str) -> bool:
        """Whether a registry that is not found stands in a file that could not be read."""
        return self._found.may_have(f"institutions/{self._institution}/registries/{code}")

    def target(self, item: Field) -> RegistryDefinition | None:
        """The registry that a link leads to."""
        parsed = self.by_code.get(item.to or "")
        return None if parsed is None else model_of(parsed)

    def end_type(self, item: Field) -> str | None:
        """The type that a chain of links ends in; None where it does not end, or nobody can say."""
        seen: set[int] = set()
        while item.type == "link":
            target = self.target(item)
            if target is None or len(target.main_key) != 1 or id(target) in seen:
                return None
            seen.add(id(target))
            item = target.fields[target.main_key[0]]
        return item.type


def _check_code(found: Parsings, institution: str, parsed: Parsed) -> None:
    others = (one for one in found.named(institution, parsed.code) if one is not parsed)
    if any(isinstance(one.model, Offering) for one in others):
        parsed.cursor.report(None, "registries.code_of_a_subsystem", code=parsed.code)
    if parsed.code == RESERVED:
        parsed.cursor.report(None, "registries.code_reserved", code=RESERVED)


def _check_institutions(found: Parsings) -> None:
    """Whoever keeps data about persons is among those whom citizens ask who read theirs; said once for each."""
    said: set[str] = set()
    for institution, parsed in found.of_kind(KIND):
        first = next((one.name for one in model_of(parsed).fields if one.personal), None)
        if first is not None and institution not in said and not found.institutions[institution].personal:
            said.add(institution)
            report_field(parsed.cursor, first, "registries.institution_not_personal")


def _check_link(near: _Registries, parsed: Parsed, item: Field) -> None:
    target = near.target(item)
    if target is None:
        if item.to is not None and not near.may_have(item.to):
            report_field(parsed.cursor, item.name, "registries.link_nowhere", to=item.to)
    elif len(target.main_key) != 1:
        if not target.keys_unread:
            report_field(parsed.cursor, item.name, "registries.link_without_key", to=item.to)
    elif target.personal and not item.personal and not _said(parsed, item.name):
        report_field(parsed.cursor, item.name, "registries.link_to_persons", to=item.to)


def _said(parsed: Parsed, name: str) -> bool:
    """Whether the author wrote `personal:` at a field, whatever it says."""
    block = parsed.cursor.mapping("fields")
    return block is not None and any(key == name and one.has("personal") for key, one in block.entries())


def _check_subjects(near: _Registries, parsed: Parsed) -> None:
    """A link names a person where it ends at a national number, in however many steps."""
    registry = model_of(parsed)
    for item in (one for one in registry.links if one.name in registry.subjects):
        end = near.end_type(item)
        if end is not None and end != "national_number":
            parsed.cursor.report("subject", "registries.subject_no_person", field=item.name)


def _check_circle(near: _Registries, parsed: Parsed) -> None:
    """Of records that each need another first, none could ever be written."""
    for item in model_of(parsed).links:
        if item.required and parsed.code in set(_needed(near, item)):
            report_field(parsed.cursor, item.name, "registries.link_circle", to=item.to)


def _needed(near: _Registries, item: Field) -> Iterator[str]:
    """The registries that must have a record before this link can be filled."""
    seen: set[str] = set()
    waiting = [item]
    while waiting:
        code = waiting.pop().to
        if code is None or code in seen or code not in near.by_code:
            continue
        seen.add(code)
        yield code
        waiting += [one for one in model_of(near.by_code[code]).links if one.required]
