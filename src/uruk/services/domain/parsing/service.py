"""Reads `service.yaml` into its model, and says what is wrong within it."""

from typing import Literal, cast, get_args

from uruk.definitions.api import Context, Cursor, Duration, ScalarNode, files_digest
from uruk.services.domain.definition import (
    FEE,
    RESERVED,
    ROUND,
    Applicant,
    Assurance,
    Channel,
    Fee,
    Hole,
    ServiceDefinition,
)
from uruk.services.domain.judging.deadlines import days_of
from uruk.services.domain.offering import EXCHANGE, OFFER, ReviewingService
from uruk.services.domain.parsing.facts import parse_conditions, parse_facts, parse_tables, parse_values
from uruk.services.domain.parsing.reading import formula, names
from uruk.services.domain.parsing.rounds import parse_round
from uruk.services.domain.parsing.states import parse_states
from uruk.services.domain.parsing.steps import Names, parse_steps
from uruk.services.domain.parsing.text_holes import written_holes

EXAMPLES = "examples.yaml"
EVENTS = "life-events"
# Every language has the same values in braces as the first one.
TEXTS = "texts.ar.yaml"


def parse_service(cursor: Cursor, context: Context) -> ServiceDefinition:
    """The service, with what was understood of it; everything that is wrong within it is reported.

    What concerns other definitions (facts, documents, types of expressions) is found by `linking`.
    """
    taken, unsure = Names(), set[str]()
    fee, before = _fee(cursor, context), len(cursor.findings)
    if fee is None and not _is_none(cursor, "fee"):
        unsure.add(FEE)
    decided_at_once = parse_round(cursor, context)
    if len(cursor.findings) > before:
        unsure.add(ROUND)
    facts = parse_facts(cursor, context, unsure)
    channels = cast(tuple[Channel, ...], cursor.strings("channels", one_of=get_args(Channel)))
    if EXCHANGE in channels:
        context.need_text(f"offers.{OFFER}", cursor.place("channels"))
    found = (ReviewingService if EXCHANGE in channels else ServiceDefinition)(
        institution=context.institution.code,
        code=context.code,
        applicants=cast(tuple[Applicant, ...], cursor.strings("for", one_of=get_args(Applicant))),
        assurance=cast(Assurance, cursor.string("assurance", one_of=get_args(Assurance)) or "declared"),
        channels=channels,
        e_signature=cursor.string("e_signature", one_of=("allowed", "forbidden")) != "forbidden",
        fee=fee,
        keep=_keep(cursor, context),
        queue=_queue(cursor),
        facts=facts,
        steps=parse_steps(cursor, context, taken, unsure),
        tables=parse_tables(cursor, context, unsure),
        values=parse_values(cursor, context, unsure),
        conditions=parse_conditions(cursor, context),
        states=parse_states(cursor, context, taken, unsure),
        guide=names(cursor, "guide", required=False),
        round=decided_at_once,
        roles=frozenset(context.institution.roles),
        holes=_holes(cursor, context),
        unsure=frozenset(unsure),
        examples=context.file(EXAMPLES) or b"",
        days=days_of(tuple(context.shared.calendars.values())),
        digest=files_digest({name: context.files.get(name, b"") for name in ("service.yaml", EXAMPLES)}),
        event=_event(cursor, context),
    )
    cursor.finish()
    _check_names(cursor, found)
    return found


def _event(cursor: Cursor, context: Context) -> str | None:
    """The life event under which people look for the service; the country's catalogue has them in order."""
    context.allow_text("about", cursor.place())
    event = cursor.string("event", required=False)
    known = context.shared.catalogues.get(EVENTS)
    if event is None or (known is None and context.shared.may_have_catalogue(EVENTS)):
        return None
    if known is None or event not in known.codes:
        cursor.report("event", "services.event_unknown", event=event[:40], catalogue=EVENTS)
        return None
    context.catalogues.add(EVENTS)
    return event


def _fee(cursor: Cursor, context: Context) -> Fee | None:
    if cursor.node("fee") is None or _is_none(cursor, "fee"):
        return None
    block = cursor.mapping("fee")
    assert block is not None, "the key is there"
    amount, law = formula(block, "amount_iqd"), context.law(block)
    block.finish()
    return Fee(amount, law) if amount is not None else None


def _holes(cursor: Cursor, context: Context) -> tuple[Hole, ...]:
    folder = cursor.place().file.rpartition("/")[0]
    return written_holes(context.files.get(TEXTS, b""), f"{folder}/{TEXTS}")


def _is_none(cursor: Cursor, key: str) -> bool:
    """Whether an author wrote that there is none."""
    node = cursor.root.items.get(key)
    return isinstance(node, ScalarNode) and node.source == "none"


def _keep(cursor: Cursor, context: Context) -> Duration | None:
    kept = context.duration(cursor, "keep", "forever")
    return kept if isinstance(kept, Duration) else None


def _queue(cursor: Cursor) -> Literal["arrival", "lot"]:
    word = cursor.string("queue", required=False, one_of=("arrival", "lot"))
    return cast(Literal["arrival", "lot"], word or "arrival")


def _check_names(cursor: Cursor, found: ServiceDefinition) -> None:
    """Expressions call values and tables by bare names: each name means one thing."""
    seen = set(RESERVED)
    for key, block in (("tables", found.tables), ("values", found.values)):
        inner = cursor.mapping(key, required=False)
        for name in block:
            if name in seen and inner is not None:
                code = "services.name_reserved" if name in RESERVED else "services.name_twice"
                inner.findings.report(inner.place(name), code, name=name)
            seen.add(name)
