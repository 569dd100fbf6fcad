"""What programs are told: records, versions, requests and what became of a change set, as JSON."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from uruk.kernel.api import CodedError, rfc3339
from uruk.registries.api import Counted, Done, FieldChange, Page, RecordView, RequestedChange, RequestView, VersionView

Told = dict[str, Any]


def record_told(view: RecordView) -> Told:
    """A record; `number` is the version in force, `latest` the newest, which a change must name."""
    told: Told = {
        "record": str(view.record),
        "number": view.number,
        "latest": view.latest,
        "status": view.status,
        "title": view.title,
        "values": dict(view.values),
        "withheld": list(view.withheld),
        "definition": view.definition.digest.hex(),
        "valid_from": _day(view.valid_from),
        "valid_until": _day(view.valid_until),
        "changed_at": rfc3339(view.changed_at),
        "act": str(view.act),
        "merged_into": _text(view.merged_into),
    }
    return told if view.left is None else {**told, "taken": view.taken, "left": view.left}


def page_told(page: Page) -> Told:
    """Records in an order; `next` goes on as `after`, null at the end."""
    told: Told = {"records": [record_told(one) for one in page.records], "next": page.next or None}
    return told if page.total is None else {**told, "total": page.total}


def version_told(view: VersionView) -> Told:
    """A version of a record: who said what, when, why."""
    return {
        "number": view.number,
        "kind": view.kind,
        "status": view.status,
        "values": dict(view.values),
        "changes": [_change_told(one) for one in view.changes],
        "withheld": list(view.withheld),
        "definition": view.definition.digest.hex(),
        "valid_from": _day(view.valid_from),
        "valid_until": _day(view.valid_until),
        "recorded_at": rfc3339(view.recorded_at),
        "act": str(view.act),
        "author": view.author or None,
        "approver": _text(view.approver),
        "role": view.role,
        "channel": view.channel,
        "reason": view.reason,
        "evidence": list(view.evidence),
        "request": _text(view.request),
        "other": _text(view.other),
        "forgotten": view.forgotten,
    }


def counted_told(found: Counted) -> Told:
    """Records counted; null where a number is so small that it would tell of persons."""
    groups = [{"value": one.value, "count": one.count} for one in found.groups]
    return {"groups": groups, "others": found.others, "total": found.total}


def done_told(done: Done) -> Told:
    """What a change set recorded, with the receipt of its act."""
    pairs = zip(done.records, done.numbers, strict=True)
    return {
        "act": str(done.act),
        "records": [{"record": str(record), "number": number} for record, number in pairs],
        "receipt": done.receipt.to_json(),
    }


def request_told(view: RequestView, language: str) -> Told:
    """A request that waits for persons, or what became of it."""
    return {
        "request": str(view.id),
        "state": view.state,
        "count": view.count,
        "changes": [_asked_told(one) for one in view.changes],
        "reason": view.reason,
        "evidence": list(view.evidence),
        "made_at": rfc3339(view.made_at),
        "closed_at": _moment(view.closed_at),
        "closing_reason": view.closing_reason,
        "act": _text(view.act),
        "hindrance": None if view.hindrance is None else error_told(view.hindrance, language),
    }


def error_told(error: CodedError, language: str) -> Mapping[str, str]:
    """A coded error with its sentence."""
    return {"code": error.code, "sentence": error.sentence(language)}


def _asked_told(one: RequestedChange) -> Told:
    return {
        "kind": one.kind,
        "record": _text(one.record),
        "base": one.base,
        "changes": [_change_told(each) for each in one.changes],
        "valid_from": _day(one.valid_from),
        "valid_until": _day(one.valid_until),
        "other": _text(one.other),
    }


def _change_told(one: FieldChange) -> Told:
    return {"field": one.field, "before": one.before, "after": one.after}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _moment(value: datetime | None) -> str | None:
    return None if value is None else rfc3339(value)
