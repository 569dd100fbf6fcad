"""What programs are told of services and cases, as JSON."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from uruk.definitions.api import Definition, Texts
from uruk.kernel.api import CodedError, rfc3339
from uruk.rest.answers import MAX_PROBLEMS, error_told
from uruk.services.api import (
    ActPage,
    ActTold,
    CasePage,
    CasePaper,
    CaseRead,
    CaseStatus,
    HandedIn,
    ServiceDefinition,
    TriedAnswers,
)

Told = dict[str, Any]


def service_told(definition: Definition, model: ServiceDefinition, language: str, openapi: str) -> Told:
    """A service as the list of services has it; `digest` names this version."""
    return {
        "service": definition.code,
        "title": definition.title.get(language),
        "digest": definition.digest.hex(),
        "event": model.event,
        "channels": list(model.channels),
        "for": list(model.applicants),
        "assurance": model.assurance,
        "fee": model.fee is not None,
        "openapi": openapi,
    }


def status_told(view: CaseStatus) -> Told:
    """Where a case stands."""
    return {
        "case": str(view.case),
        "service": view.service,
        "definition": view.definition,
        "seq": view.seq,
        "state": view.state,
        "turn": view.turn,
        "arrived": rfc3339(view.arrived),
        "since": rfc3339(view.since),
        "due": _day(view.due),
        "error": view.error or None,
    }


def page_told(page: CasePage) -> Told:
    """Cases in the order of their arrival; `next` goes on as `after`, null at the end."""
    return {"cases": [status_told(one) for one in page.cases], "next": page.next or None}


def paper_told(view: CasePaper) -> Told:
    """A document of a case."""
    document = None if view.document is None else str(view.document)
    return {"type": view.type, "outcome": view.outcome, "waits_for": view.waits_for.split(), "document": document}


def acts_told(page: ActPage) -> Told:
    """Acts of a case in their order; `next` goes on as `after`, null at the end."""
    return {"acts": [_act_told(one) for one in page.acts], "next": page.next or None}


def _act_told(view: ActTold) -> Told:
    """An act of a case, and where it stands in the log."""
    return {
        "seq": view.seq,
        "act": str(view.act),
        "type": view.type,
        "at": rfc3339(view.at),
        "role": view.role,
        "channel": view.channel,
        "program": view.program,
        "by": view.by,
        "to": view.to,
        "log": view.log,
        "number": view.number,
    }


def read_told(view: CaseRead) -> Told:
    """A case, whole."""
    return {
        **status_told(view.status),
        "applicant": dict(view.applicant),
        "answers": dict(view.answers),
        "facts": dict(view.facts),
        "values": dict(view.values),
        "decided": dict(view.decided),
        "documents": [paper_told(one) for one in view.papers],
    }


def handed_in_told(view: HandedIn) -> Told:
    """A case that was handed in, with the receipt."""
    return {**status_told(view.status), "number": view.number, "receipt": view.receipt.to_json()}


def batch_told(keys: Sequence[UUID], outcomes: Sequence[HandedIn | TriedAnswers | CodedError], language: str) -> Told:
    """What became of each case of a batch, or would; of all together not more problems than of one."""
    told, left = [], MAX_PROBLEMS
    for key, outcome in zip(keys, outcomes, strict=True):
        told.append({"key": str(key), **_outcome_told(outcome, language, left)})
        left -= len((told[-1]["error"] or {}).get("problems", ()))
    return {"cases": told, "refused": sum(isinstance(one, CodedError) for one in outcomes)}


def _outcome_told(outcome: HandedIn | TriedAnswers | CodedError, language: str, most: int) -> Told:
    match outcome:
        case HandedIn():
            return {"case": handed_in_told(outcome), "tried": None, "error": None}
        case TriedAnswers():
            return {"case": None, "tried": tried_told(outcome), "error": None}
    return {"case": None, "tried": None, "error": error_told(outcome, language, most)}


def tried_told(view: TriedAnswers) -> Told:
    """That answers may be handed in, as far as that is known without asking anybody."""
    return {"valid": True, "asked": list(view.asked), "waiting": list(view.waiting)}


def text_of(texts: Texts, path: str, language: str) -> str | None:
    """A text, where there is one."""
    found = texts.find(path)
    return None if found is None else found.get(language)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
