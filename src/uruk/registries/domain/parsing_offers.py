"""Reads the `offers:` of a registry: what other institutions may ask of it."""

from collections.abc import Mapping

from uruk.definitions.api import Context, Cursor, Fields
from uruk.registries.domain.definition import OfferKind, RegistryDefinition, RegistryOffer
from uruk.registries.domain.usable import possible_lefts, usable

MAX_OFFERS, MAX_BY = 32, 4
_WORDS: Mapping[str, OfferKind] = {"read": "read", "list": "list", "exists": "exists", "capacity": "reserve"}


def parse_offers(cursor: Cursor, context: Context, registry: RegistryDefinition) -> Mapping[str, RegistryOffer]:
    """The offers by their codes, with what was understood of each.

    Where something is wrong with the keys, what rests on them is not said to be wrong as well.
    """
    block = cursor.mapping("offers", required=False)
    if block is None:
        return {}
    reader = _Reader(registry, cursor)
    found: dict[str, RegistryOffer] = {}
    for code, entry in block.entries():
        context.need_text(f"offers.{code}", entry.place())
        found[code] = reader.offer(code, entry)
        entry.finish()
    if len(found) > MAX_OFFERS:
        cursor.report("offers", "registries.too_many", key="offers", max=MAX_OFFERS)
    return found


class _Reader:
    """Reads one offer after another against what its registry has."""

    def __init__(self, registry: RegistryDefinition, root: Cursor) -> None:
        self._registry, self._root, self._has_capacity = registry, root, root.has("capacity")

    def offer(self, code: str, cursor: Cursor) -> RegistryOffer:
        """One offer: exactly one of read, list, exists, capacity."""
        words = [word for word in _WORDS if cursor.has(word)]
        if len(words) != 1:
            for word in ("by", *_WORDS):
                cursor.node(word, required=False)
            # A word that is none of ours is said by `finish` to be unknown.
            if words or not set(cursor.keys) - {"by"}:
                cursor.report(None, "registries.offer_kind", words=" ".join(_WORDS))
            return RegistryOffer(code, "read", unsure=True)
        kind = _WORDS[words[0]]
        if kind == "reserve":
            return self._reserve(code, cursor)
        if kind == "exists":
            if cursor.boolean("exists") is False:
                cursor.report("exists", "registries.offer_kind", words=" ".join(_WORDS))
            return RegistryOffer(code, kind, (), self._by_key(cursor))
        names = cursor.strings(words[0])
        fields = usable(cursor, words[0], names, self._fields())
        by = self._by_fields(cursor) if kind == "list" else self._by_key(cursor)
        return RegistryOffer(code, kind, fields, by, unsure=not names or fields != names)

    def _fields(self) -> Fields:
        """What may be named; of a capacity that was not understood, what is left is not said to be unknown."""
        own, offered = self._registry.fields, self._registry.offered_fields
        fields = Fields((*own, *(one for one in offered if one.name not in own)), own.unread)
        if self._registry.capacity is not None or not self._has_capacity:
            return fields
        return Fields(fields.items, fields.unread | possible_lefts(fields))

    def _reserve(self, code: str, cursor: Cursor) -> RegistryOffer:
        cursor.string("capacity", one_of=("reserve",))
        if not self._has_capacity:
            cursor.report("capacity", "registries.offer_without_capacity", offer=code)
        self._need_key()
        return RegistryOffer(code, "reserve")

    def _by_key(self, cursor: Cursor) -> tuple[str, ...]:
        """The fields of a key, in the order in which the path has them; the main key where nothing is said."""
        if not cursor.has("by"):
            self._need_key()
            return self._registry.main_key
        names = cursor.strings("by")
        by = usable(cursor, "by", names, self._registry.fields)
        known = {frozenset(key) for key in self._registry.keys}
        if names and by == names and not self._registry.keys_unread and frozenset(by) not in known:
            cursor.report("by", "registries.offer_by_no_key", fields=" ".join(by))
        return by

    def _by_fields(self, cursor: Cursor) -> tuple[str, ...]:
        """Fields by which records can be found: of a key, links, and those with `find`."""
        by = usable(cursor, "by", cursor.strings("by"), self._registry.fields)
        found = {column.name for column in self._registry.columns if column.why != "capacity"}
        for name in (one for one in by if one not in found and not self._registry.keys_unread):
            cursor.report("by", "registries.offer_by_unfound", field=name)
        if len(by) > MAX_BY:
            cursor.report("by", "registries.too_many", key="by", max=MAX_BY)
        return by

    def _need_key(self) -> None:
        """Said once, however many offers need it."""
        if not self._registry.keys and not self._registry.keys_unread:
            self._root.findings.report(self._root.place("offers"), "registries.offer_without_key")
