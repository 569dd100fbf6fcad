"""A person's own records in their words: facts, what is not shown and who reads it, which office wrote what."""

from django.urls import reverse
from django.utils.translation import gettext as _

from uruk.definitions.api import Definition
from uruk.kernel.api import local_digits
from uruk.registries.api import MASK, RecordView
from uruk.ui.api import Fact, day, moment, reader_language, record_field, record_label, record_value, registry_model


def registry_title(definition: Definition) -> str:
    """What a registry is called."""
    return definition.title.get(reader_language())


def digits(number: int) -> str:
    """A number in the reader's digits."""
    return local_digits(str(number), reader_language())


def address(found: RecordView, page: str = "record", *further: object) -> str:
    """The address of a page about a record of one's own."""
    return reverse(f"portal:{page}", args=[found.institution, found.registry, found.record, *further])


def record_facts(found: RecordView) -> tuple[Fact, ...]:
    """What the record says of me, in the words of the definition under which it was written."""
    fields = registry_model(found.definition).fields
    return tuple(_fact(found, one.name) for one in fields if found.values.get(one.name) is not None)


def _fact(found: RecordView, name: str) -> Fact:
    value, named = found.values[name], record_label(found.definition, name)
    field = record_field(found.definition, name)
    if value != MASK and field is not None and field.type == "file":
        return Fact(named, _("Download the file"), address(found, "record-file", value))
    return Fact(named, record_value(found.definition, name, value))


def standing(found: RecordView) -> tuple[Fact, ...]:
    """Since when it is true, and when that was written."""
    facts = [Fact(_("True from"), day(found.valid_from))] if found.valid_from else []
    if found.valid_until:
        facts.append(Fact(_("No longer from"), day(found.valid_until)))
    return (*facts, Fact(_("Recorded"), moment(found.changed_at)))
