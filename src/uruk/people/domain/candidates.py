"""Whose account may be meant when several persons claim one number."""

from collections.abc import Iterable
from typing import TypeVar

CANDIDATES_MAX = 16
Item = TypeVar("Item")


def bounded(*groups: Iterable[Item], limit: int = CANDIDATES_MAX) -> tuple[Item, ...]:
    """The first ``limit`` different items, taking groups in turn from the second on; the first group goes first.

    The turns keep a flood of new accounts on somebody's number from pushing out the accounts that were there before.
    """
    first, *others = ([*group] for group in groups)
    order = dict.fromkeys(first)
    for position in range(max((len(group) for group in others), default=0)):
        order.update(dict.fromkeys(group[position] for group in others if position < len(group)))
    return tuple(order)[:limit]
