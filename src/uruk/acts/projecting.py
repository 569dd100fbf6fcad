"""What changes exactly when an act becomes a fact: done inside the transaction that writes its receipt."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from uuid import UUID

Projection = Callable[[UUID], None]
ProjectionOfMany = Callable[[Sequence[UUID]], None]

_PROJECTIONS: dict[str, list[Projection]] = defaultdict(list)
_OF_MANY: dict[Projection, ProjectionOfMany] = {}


def on_receipt(act_type: str, handler: Projection, many: ProjectionOfMany | None = None) -> Projection:
    """Have ``handler(act_id)`` called in the transaction that writes the receipt of each act of this type.

    ``many`` does the same for acts whose receipts are written at once.

    Register it in ``AppConfig.ready``. It is called wherever the receipt is written: at the act, and when an act that
    was interrupted is completed. What it raises leaves the act pending, so it must do only what can be done again.
    """
    if handler not in _PROJECTIONS[act_type]:
        _PROJECTIONS[act_type].append(handler)
    if many is not None:
        _OF_MANY[handler] = many
    return handler


def project(act_type: str, act_id: UUID) -> None:
    """Call what was registered for the type, in the order of registration."""
    for handler in _PROJECTIONS.get(act_type, ()):
        handler(act_id)


def project_many(act_type: str, act_ids: Sequence[UUID]) -> None:
    """The same for several acts of one type, at once where what was registered can."""
    for handler in _PROJECTIONS.get(act_type, ()):
        many = _OF_MANY.get(handler)
        if many is not None:
            many(act_ids)
            continue
        for act_id in act_ids:
            handler(act_id)
