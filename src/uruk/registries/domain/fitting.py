"""Whether a change that was asked for under an earlier definition can still be read under the one in force."""

from collections.abc import Mapping
from typing import Any

from uruk.registries.domain.conversion import without_secrets
from uruk.registries.domain.definition import RegistryDefinition

# How a secret value begins as it is kept.
SEALED = "sealed/1:"


def unfit_fields(definition: RegistryDefinition, kind: str, values: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields of a change that are not there any more, take other values now, or are missing in a new record.

    `values` were cleaned when they were asked for, None takes a value away, secrets are sealed.
    """
    given = {name: value for name, value in values.items() if value is not None and name not in definition.secrets}
    validation = without_secrets(definition).validate(given)
    told = {path.partition(".")[0] for path, _ in validation.errors} - (set(definition.values) - set(given))
    wrong = told if kind == "create" else told & set(given)
    changed = {name for name, value in given.items() if validation.values.get(name) != value}
    sealed = {name for name, value in given.items() if isinstance(value, str) and value.startswith(SEALED)}
    missing = {one.name for one in definition.fields if one.secret and one.required and one.name not in values}
    gone = {name for name in values if name not in definition.fields}
    return tuple(sorted(wrong | changed | sealed | gone | (missing if kind == "create" else set())))
