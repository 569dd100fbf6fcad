"""Reads what a state does: record, reserve, release, issue, notify, remind, open, revoke."""

from typing import get_args

from uruk.definitions.api import Context, Cursor, Duration
from uruk.services.domain.definition import APPLICANT, Effect, EffectKind, Reminder
from uruk.services.domain.parsing.reading import each, formula, formulas

KINDS: tuple[EffectKind, ...] = get_args(EffectKind)
MAX_EFFECTS = 20
# Those that tell somebody a text of the service.
_TELLING = frozenset({"notify", "remind"})
# When somebody is reminded: so long before a day of the case, or the last one of a document.
_WHEN = ("before", "of", "day", "apply")
# What each effect may say beside its target, and what it must.
_MAY: dict[EffectKind, frozenset[str]] = {
    "record": frozenset({"with", "each"}),
    "reserve": frozenset({"with", "amount"}),
    "release": frozenset(),
    "issue": frozenset({"with", "each"}),
    "notify": frozenset({"to"}),
    "remind": frozenset({"to", *_WHEN}),
    "open": frozenset({"with", "each", "for"}),
    "revoke": frozenset(),
}
_MUST: dict[EffectKind, frozenset[str]] = {
    "record": frozenset({"with"}),
    "reserve": frozenset({"with", "amount"}),
    "issue": frozenset({"with"}),
    "open": frozenset({"with"}),
}


def parse_effects(cursor: Cursor, context: Context) -> tuple[Effect, ...]:
    """The effects of a state, in the order in which they are done."""
    if not cursor.has("do"):
        return ()
    entries = list(each(cursor, "do"))
    if len(entries) > MAX_EFFECTS:
        cursor.report("do", "services.too_many", what="do", max=MAX_EFFECTS)
    return tuple(found for entry in entries if (found := _effect(entry, context)))


def _effect(entry: Cursor, context: Context) -> Effect | None:
    kinds = [one for one in KINDS if entry.has(one)]
    if len(kinds) != 1:
        entry.report(None, "services.effect_kind", allowed=tuple(KINDS))
        return None
    kind = kinds[0]
    target = entry.string(kind)
    given = {key for key in ("with", "each", "amount", "to", "for", *_WHEN) if entry.has(key)}
    for key in sorted(given - _MAY[kind]):
        entry.report(key, "services.effect_word", word=key, effect=kind)
    inputs = formulas(entry, "with", required=kind in _MUST and "with" in _MUST[kind])
    amount = formula(entry, "amount", required="amount" in _MUST.get(kind, ()))
    whose = formula(entry, "for", required=False) if kind == "open" else None
    over = entry.string("each", required=False)
    to = entry.string("to", required=False) if kind in _TELLING else None
    reminder = _reminder(entry, context) if kind == "remind" else None
    entry.finish(*_MAY["reserve"], "each", "to", "with", "for", *_WHEN)
    if target is None or (kind == "remind" and reminder is None):
        return None
    if kind in _TELLING:
        context.need_text(f"notices.{target}", entry.place(kind))
    return Effect(kind, target, inputs, entry.place(), over, amount, to or APPLICANT, whose, reminder)


def _reminder(entry: Cursor, context: Context) -> Reminder | None:
    before, day = context.duration(entry, "before"), formula(entry, "day", required=False)
    of, apply = entry.code("of", required=False), entry.code("apply", required=False)
    if entry.has("of") == entry.has("day"):
        entry.report(None, "services.remind_when")
        return None
    return Reminder(before, of, day, apply) if isinstance(before, Duration) and (of or day) else None
