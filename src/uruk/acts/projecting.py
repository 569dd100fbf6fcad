"""What changes exactly when an act becomes a fact: done inside the transaction that writes its receipt."""

from collections import defaultdict
from collections.abc import Callable
from uuid import UUID

Projection = Callable[[UUID], None]

_PROJECTIONS: dict[str, list[Projection]] = defaultdict(list)


def on_receipt(act_type: str, handler: Projection) -> Projection:
    """Have ``handler(act_id)`` called in the transaction that writes the receipt of each act of this type.

    Register it in ``AppConfig.ready``. It is called wherever the receipt is written: at the act, and when an act that
    was interrupted is completed. What it raises leaves the act pending, so it must do only what can be done again.
    """
    if handler not in _PROJECTIONS[act_type]:
        _PROJECTIONS[act_type].append(handler)
    return handler


def project(act_type: str, act_id: UUID) -> None:
    """Call what was registered for the type, in the order of registration."""
    for handler in _PROJECTIONS.get(act_type, ()):
        handler(act_id)
