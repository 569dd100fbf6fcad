"""The country as it was last loaded: names, catalogues, calendars, institutions and their roles."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from uruk.acts.api import clock, find_row
from uruk.definitions.api import Country, Institution, files_digest, reopen_country
from uruk.kernel.api import CodedError
from uruk.publishing.kinds import kinds
from uruk.publishing.models import LoadedCountry
from uruk.publishing.stored import pack, unpack

_HELD: ContextVar[Country | None] = ContextVar("held_country", default=None)


def keep_country(loaded: Country) -> None:
    """Make this the country that pages show."""
    digest = files_digest(loaded.files).hex()
    latest = LoadedCountry.objects.only("digest").first()
    if latest is None or latest.digest != digest:
        LoadedCountry.objects.create(digest=digest, code=loaded.code, files=pack(loaded.files), loaded_at=clock().now())


@contextmanager
def held_country() -> Iterator[None]:
    """Within it the country stays the one that is loaded now: whoever does many things at once asks for it once."""
    before = _HELD.set(find_country())
    try:
        yield
    finally:
        _HELD.reset(before)


def find_country() -> Country | None:
    """The country loaded last, or None on a node that has none yet."""
    held = _HELD.get()
    if held is not None:
        return held
    row = find_row("SELECT digest FROM publishing_loadedcountry ORDER BY id DESC LIMIT 1")
    return None if row is None else _opened(row[0])


def country() -> Country:
    """The country loaded last; none: ``publishing.no_country``."""
    found = find_country()
    if found is None:
        raise CodedError("publishing.no_country")
    return found


def institutions() -> Mapping[str, Institution]:
    """The country's institutions by code; empty on a node that has no country yet."""
    found = find_country()
    return {} if found is None else found.institutions


def rights(institution: str, role: str) -> frozenset[str]:
    """What a role may do beyond its definitions, as its institution says (`see-person`)."""
    found = institutions().get(institution)
    held = found.roles.get(role) if found else None
    return held.may if held else frozenset()


@lru_cache(maxsize=4)
def _opened(digest: str) -> Country:
    """Files of one digest never change, so one copy serves the process."""
    row = LoadedCountry.objects.filter(digest=digest)[:1].get()
    return reopen_country(unpack(row.files), kinds())
