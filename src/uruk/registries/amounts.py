"""How much of a record's capacity is taken: each change is one statement, so that the sum never exceeds the bound."""

from uruk.registries.ground import Ground
from uruk.registries.rows import Held


def take(ground: Ground, rid: int, amount: int) -> Held | None:
    """Take from a live record's capacity if that much is left."""
    return _change(ground, "taken = taken + ?", "status = 'live' AND taken + ? <= cap", rid, amount)


def give(ground: Ground, rid: int, amount: int) -> Held | None:
    """Give back what was taken, also of a record that is not live any more."""
    return _change(ground, "taken = taken - ?", "taken >= ? AND cap IS NOT NULL", rid, amount)


def set_cap(ground: Ground, rid: int, cap: int) -> Held | None:
    """Change the bound unless more is taken already."""
    return _change(ground, "cap = ?", "taken <= ?", rid, cap)


def _change(ground: Ground, change: str, condition: str, rid: int, amount: int) -> Held | None:
    assert amount >= 0, "an amount of a capacity is never negative"
    # The condition is judged on the row as it is when its lock is had: two that come at once never both pass.
    row = ground.db.one(
        f"UPDATE {ground.tables.current} SET {change} WHERE rid = ? AND {condition} RETURNING taken, cap",
        (amount, rid, amount),
    )
    return None if row is None else Held(*row)
