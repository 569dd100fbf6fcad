"""Values that a registry reckons itself: nobody types them, and they follow from the others at every write."""

from collections.abc import Mapping
from typing import Any

from uruk.kernel.api import CodedError
from uruk.registries.domain.change import cleaned_values
from uruk.registries.domain.definition import RegistryDefinition
from uruk.registries.domain.evaluating import evaluated

Errors = Mapping[str, CodedError]


def reckoned(model: RegistryDefinition, values: Mapping[str, Any]) -> tuple[dict[str, Any], Errors]:
    """The values with those that follow from them, and what is wrong with these by their field.

    What rests on a value that is not there is not there either.
    """
    found, errors = evaluated(model.values, values)
    validation = model.reckoned.validate(found)
    return {**values, **validation.values}, dict(validation.errors) | errors


def contradicted(model: RegistryDefinition, given: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields of which somebody says otherwise than the registry reckons; who repeats what it reckons may."""
    said = (name for name in model.values if given.get(name) is not None)
    return tuple(name for name in said if cleaned_values(model.fields, {name: given[name]}) != {name: values.get(name)})
