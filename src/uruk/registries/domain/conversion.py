"""How records written under an old definition become records of a new one.

A field named under `convert:` is the result of its expression over the old fields; any other keeps its value where the
old definition has a field of that name and type; what the new one no longer has is left behind.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from uruk.definitions.api import Expression, ExpressionError, Field, Fields, ResultType, compile_expression
from uruk.kernel.api import LANGUAGES, CodedError, Text, error_sentence
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.domain.evaluating import evaluated

Values = Mapping[str, object]
# What is read tomorrow must be what is read today: an expression about a record knows no present.
_TODAY, _QUOTED = re.compile(r"\btoday\b"), re.compile(r"'[^']*'|\"[^\"]*\"")
_RESULTS: Mapping[str, ResultType] = {
    "integer": "int",
    "money": "int",
    "yes_no": "bool",
    "declaration": "bool",
    "date": "date",
}


@dataclass(frozen=True)
class Converter:
    """A conversion that was compared with the definition it starts from."""

    new: RegistryDefinition
    expressions: Mapping[str, Expression]
    kept: frozenset[str]
    old_secrets: frozenset[str] = frozenset()

    def convert(self, values: Values) -> tuple[dict[str, object], dict[str, CodedError]]:
        """A record of the old definition as one of the new, and what is wrong with it by path.

        Values that the expressions need and the record does not have leave their fields empty.
        """
        kept = {name: value for name, value in values.items() if name in self.kept}
        open_values = {name: value for name, value in values.items() if name not in self.old_secrets}
        found, problems = evaluated(self.expressions, open_values)
        return self._judged(kept | found, problems)

    def _judged(
        self, found: Values, problems: Mapping[str, CodedError]
    ) -> tuple[dict[str, object], dict[str, CodedError]]:
        """What of it the new fields take. Secrets come and go as they are kept: sealed."""
        secrets = self.new.secrets
        validation = self.open_fields.validate({name: one for name, one in found.items() if name not in secrets})
        sealed = {name: found[name] for name in sorted(secrets) if name in found}
        errors = dict(validation.errors) | missing_secrets(self.new, sealed)
        return {**validation.values, **sealed}, errors | dict(problems)

    @cached_property
    def open_fields(self) -> Fields:
        """The new fields that are no secrets."""
        return without_secrets(self.new)


def without_secrets(definition: RegistryDefinition) -> Fields:
    """The fields of a definition whose values can be read and judged as they are kept."""
    return Fields(tuple(one for one in definition.fields if not one.secret), definition.fields.unread)


def missing_secrets(definition: RegistryDefinition, values: Values) -> dict[str, CodedError]:
    """What its fields say of required secrets that are not there."""
    absent = (one for one in definition.fields if one.secret and one.name not in values)
    return dict(Fields(tuple(absent)).validate({}).errors)


def check_conversion(
    new: RegistryDefinition, old: RegistryDefinition, old_digest: bytes
) -> tuple[tuple[str, CodedError], ...]:
    """What is wrong with a conversion now that the old definition is known: (field of the new one, error).

    Errors: `registries.conversion_of_another`, `registries.conversion_expression`, `registries.conversion_today`,
    `registries.conversion_type`, `registries.conversion_missing`.
    """
    return tuple(_problems(new, old, old_digest))


def make_converter(new: RegistryDefinition, old: RegistryDefinition, old_digest: bytes) -> Converter:
    """The converter between two definitions; what `check_conversion` finds first is raised."""
    for _, error in _problems(new, old, old_digest):
        raise error
    written = new.convert.fields if new.convert else {}
    expressions = {name: _compiled(new.fields[name], source, old) for name, source in written.items()}
    kept = (one.name for one in new.fields if one.name in old.fields and one.name not in written)
    return Converter(new, expressions, frozenset(kept), old.secrets)


def _problems(new: RegistryDefinition, old: RegistryDefinition, digest: bytes) -> Iterator[tuple[str, CodedError]]:
    if new.convert is not None and new.convert.source != digest:
        expected, found = new.convert.source.hex()[:16], digest.hex()[:16]
        yield "", CodedError("registries.conversion_of_another", expected=expected, found=found)
        return
    written = new.convert.fields if new.convert else {}
    for item in new.fields:
        error = _wrong_source(item, written[item.name], old) if item.name in written else _wrong_keeping(item, old)
        if error is not None:
            yield item.name, error


def _wrong_source(item: Field, source: str, old: RegistryDefinition) -> CodedError | None:
    if _TODAY.search(_QUOTED.sub("", source)):
        return CodedError("registries.conversion_today", field=item.name)
    try:
        _compiled(item, source, old)
    except ExpressionError as error:
        reason = Text(*(error_sentence(error.code, lang, error.values) for lang in LANGUAGES))
        return CodedError("registries.conversion_expression", field=item.name, reason=reason)
    return None


def _wrong_keeping(item: Field, old: RegistryDefinition) -> CodedError | None:
    before = old.fields.find(item.name)
    if before is None:
        return CodedError("registries.conversion_missing", field=item.name) if item.required else None
    if before.type != item.type or before.secret != item.secret or before.scale != item.scale:
        return CodedError("registries.conversion_type", field=item.name, old=before.type, new=item.type)
    return None


def _compiled(item: Field, source: str, old: RegistryDefinition) -> Expression:
    return compile_expression(source, without_secrets(old), result_type(item))


def result_type(item: Field) -> ResultType:
    """What an expression must give that fills a field."""
    return _RESULTS.get(item.type, "text")
