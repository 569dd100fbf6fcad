"""Addresses: instance/class/member[/subsystem[/service]], as X-Road writes them."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

from uruk.kernel.api import CodedError

# The characters that an identifier may have (X-Road REST r1, 4.1), and `_`, which our codes use.
_PART = re.compile(r"[A-Za-z0-9'()+,\-.=?_]{1,64}")
_SAFE = "'()+,-.=_"


@dataclass(frozen=True, slots=True, order=True)
class Member:
    """An institution in a country: `code` is its code in the definitions, `member_class` such as GOV or COM."""

    instance: str
    member_class: str
    code: str

    def __str__(self) -> str:
        return f"{self.instance}/{self.member_class}/{self.code}"


@dataclass(frozen=True, slots=True, order=True)
class Subsystem:
    """An information system of a member: what asks and what answers."""

    member: Member
    code: str

    def __str__(self) -> str:
        return f"{self.member}/{self.code}"


@dataclass(frozen=True, slots=True, order=True)
class Service:
    """What a subsystem offers (our definitions call it an offer)."""

    subsystem: Subsystem
    code: str

    def __str__(self) -> str:
        return f"{self.subsystem}/{self.code}"


def parse_member(text: str) -> Member:
    """Read `instance/class/member`; `exchange.address_malformed` for anything else."""
    return _member(_parts(text, 3))


def parse_subsystem(text: str) -> Subsystem:
    """Read `instance/class/member/subsystem`; `exchange.address_malformed` for anything else."""
    parts = _parts(text, 4)
    return Subsystem(_member(parts[:3]), parts[3])


def parse_service(text: str) -> Service:
    """Read `instance/class/member/subsystem/service`; `exchange.address_malformed` for anything else."""
    parts = _parts(text, 5)
    return Service(Subsystem(_member(parts[:3]), parts[3]), parts[4])


def parse_encoded(text: str, count: int) -> tuple[str, ...]:
    """Read so many parts that are percent-encoded each on its own, as in a request line and in X-Road-Client."""
    parts = text.split("/")
    if len(parts) != count:
        raise CodedError("exchange.address_malformed", address=text[:128])
    return tuple(_checked(_decoded(part, text), text) for part in parts)


def encode_part(part: str) -> str:
    """Percent-encode one part for a request line."""
    return quote(part, safe=_SAFE)


@lru_cache(maxsize=4096)
def encode_address(address: str) -> str:
    """Percent-encode each part of an address, for a request line."""
    return "/".join(encode_part(part) for part in address.split("/"))


def _parts(text: str, count: int) -> tuple[str, ...]:
    parts = tuple(text.split("/"))
    if len(parts) != count:
        raise CodedError("exchange.address_malformed", address=text[:128])
    return tuple(_checked(part, text) for part in parts)


def _member(parts: tuple[str, ...]) -> Member:
    return Member(parts[0], parts[1], parts[2])


def _checked(part: str, text: str) -> str:
    if not _PART.fullmatch(part) or set(part) == {"."}:
        raise CodedError("exchange.address_malformed", address=text[:128])
    return part


def _decoded(part: str, text: str) -> str:
    try:
        return unquote_to_bytes(part).decode("utf-8") if "%" in part else part
    except UnicodeDecodeError:
        raise CodedError("exchange.address_malformed", address=text[:128]) from None
