"""What the node's own gateway asks for a person: their records at one institution, in the words they read."""

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from uruk.exchange.api import Known, KnownRecord, KnownRecords
from uruk.kernel.api import Actor, CodedError, rfc3339
from uruk.registries.api import RecordView, records_about
from uruk.rest.answers import answer, caller_language, endpoint
from uruk.ui.api import gateway, reader_language, record_label, record_title, record_value, registry_model, withheld

MAX_TITLE, MAX_VALUE = 1000, 4000


@gateway
@endpoint("GET")
def records(request: HttpRequest, institution: str) -> HttpResponse:
    """Answer what is known about the person whom the gateway names, once it has checked that they ask themself."""
    subject = request.headers.get("Uruk-Subject", "")
    if not subject:
        raise CodedError("rest.not_found")
    actor = Actor(channel="exchange", institution=institution)
    found = records_about(actor, institution, subject)
    with translation.override(caller_language(request)):
        return answer(msgspec.to_builtins(KnownRecords([_told(one) for one in found])))


def _told(one: RecordView) -> KnownRecord:
    return KnownRecord(
        registry=one.registry,
        title=_cut(one.definition.title.get(reader_language())),
        name=_cut(record_title(one.definition, one.values)),
        record=str(one.record),
        act=str(one.act),
        status=one.status,
        changed_at=rfc3339(one.changed_at),
        valid_from=one.valid_from.isoformat() if one.valid_from else None,
        facts=_facts(one),
        withheld=[Known(_cut(each.label), _cut(each.readers)) for each in withheld(one)],
    )


def _facts(one: RecordView) -> list[Known]:
    definition = one.definition
    names = [each.name for each in registry_model(definition).fields if one.values.get(each.name) is not None]
    return [
        Known(_cut(record_label(definition, name)), _cut(record_value(definition, name, one.values[name]), MAX_VALUE))
        for name in names
    ]


def _cut(text: str, most: int = MAX_TITLE) -> str:
    """What a page elsewhere can show; the whole stands on the institution's own."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
