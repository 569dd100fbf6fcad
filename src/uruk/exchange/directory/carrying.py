"""What a node listed once it lists for ever: also after it was restored from a backup that knows less.

A key that the directory lists and the node's own tables do not know any more was made after the backup. It stays
listed, retired from now on; what ended stays ended. Without that the node's next entry would be refused by everybody.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from uruk.trust.api import Approver, Directory, InstitutionEntry, KeyUse, LogKey, SealKey

_Key = TypeVar("_Key", LogKey, SealKey)


Delegate = Callable[[str, KeyUse, str | bytes, datetime], bytes]


def carry_on(keys: Directory, before: Directory, own: Collection[str], at: datetime, delegate: Delegate) -> Directory:
    """keys.json as it is now, with what `before` listed of these institutions and it lacks.

    `delegate` signs with an institution's present identity key: only where that has changed since `before`.
    """
    lost = {code: one for code, one in before.institutions.items() if code in own and code not in keys.institutions}
    known = {
        code: _carried(one, before.institutions.get(code), at, delegate) for code, one in keys.institutions.items()
    }
    if not lost and known == dict(keys.institutions):
        return keys
    return replace(keys, institutions=lost | known, raw=b"")


def _carried(now: InstitutionEntry, was: InstitutionEntry | None, at: datetime, delegate: Delegate) -> InstitutionEntry:
    if was is None or not was.is_under(now.identity):
        return now
    logs = list(_merged({one.origin: one for one in now.logs}, {one.origin: one for one in was.logs}, at))
    seals = list(_merged({one.kid.hex(): one for one in now.seals}, {one.kid.hex(): one for one in was.seals}, at))
    if was.identity != now.identity:
        logs = [one if one in now.logs else _again(now.code, "log", one, delegate) for one in logs]
        seals = [one if one in now.seals else _again(now.code, "seal", one, delegate) for one in seals]
    approvers = _approvers(now.approvers, was.approvers)
    return replace(now, logs=tuple(logs), seals=tuple(seals), approvers=tuple(approvers))


def _again(code: str, use: KeyUse, one: _Key, delegate: Delegate) -> _Key:
    """A lost key, which the identity key that came since must delegate too."""
    return replace(one, delegation=delegate(code, use, one.key, one.start))


def _merged(now: Mapping[str, _Key], was: Mapping[str, _Key], at: datetime) -> Iterator[_Key]:
    for name, one in now.items():
        before = was.get(name)
        yield one if before is None or before.key != one.key else _ended(one, before)
    for name, one in was.items():
        if name not in now:
            yield one if one.retired_at is not None else replace(one, retired_at=at.replace(microsecond=0))


def _ended(one: _Key, before: _Key) -> _Key:
    return replace(
        one,
        retired_at=_earlier(one.retired_at, before.retired_at),
        compromised_since=_earlier(one.compromised_since, before.compromised_since),
    )


def _approvers(now: Sequence[Approver], was: Sequence[Approver]) -> Iterator[Approver]:
    before = {(one.key, one.role, one.start): one for one in was if one.until is not None}
    for one in now:
        known = before.pop((one.key, one.role, one.start), None)
        yield one if known is None else replace(one, until=_earlier(one.until, known.until))
    yield from before.values()


def _earlier(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
