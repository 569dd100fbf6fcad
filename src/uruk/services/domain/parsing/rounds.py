"""Reads the round of a service: a call, its order, its quotas, its waiting list."""

from collections.abc import Iterator
from typing import Literal, cast

from uruk.definitions.api import Context, Cursor
from uruk.services.domain.definition import Order, Quota, Round
from uruk.services.domain.parsing.reading import each, formula

MAX_ORDER, MAX_QUOTAS, MAX_WAITING = 8, 20, 100_000


def parse_round(cursor: Cursor, context: Context) -> Round | None:
    """The round, where a service decides many cases at once."""
    block = cursor.mapping("round", required=False)
    if block is None:
        return None
    call, ends, places = (formula(block, key) for key in ("call", "ends", "places"))
    order = tuple(_order(block))
    ties = block.string("ties", required=False, one_of=("arrival", "lot")) or "arrival"
    quotas = tuple(_quotas(block, context))
    waiting = block.integer("waiting", required=False, minimum=0, maximum=MAX_WAITING) or 0
    law, place = context.law(block), block.place()
    task, second = (block.string(key, required=False) for key in ("task", "second"))
    block.finish()
    if second is not None and task is None:
        block.report("second", "services.round_second")
    if call is None or ends is None or places is None:
        return None
    drawn = cast(Literal["arrival", "lot"], ties)
    return Round(call, ends, places, order, drawn, quotas, waiting, law, place, task, second)


def _order(block: Cursor) -> Iterator[Order]:
    found = list(each(block, "order")) if block.has("order") else []
    if len(found) > MAX_ORDER:
        block.report("order", "services.too_many", what="order", max=MAX_ORDER)
    for one in found:
        most, least = (formula(one, key, required=False) for key in ("most", "least"))
        one.finish()
        written = most or least
        if one.has("most") == one.has("least"):
            one.report(None, "services.round_order")
        elif written is not None:
            yield Order(most is not None, written)


def _quotas(block: Cursor, context: Context) -> Iterator[Quota]:
    inner = block.mapping("quotas", required=False)
    if inner is not None and len(inner.keys) > MAX_QUOTAS:
        block.report("quotas", "services.too_many", what="quotas", max=MAX_QUOTAS)
    for name, one in inner.entries() if inner else ():
        context.need_text(f"quotas.{name}", one.place())
        when, places = formula(one, "when"), formula(one, "places")
        one.finish()
        if when is not None and places is not None:
            yield Quota(name, when, places)
