"""What institutions on other nodes know about a person: asked over the exchange in their name, and answered to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from uruk.acts.api import country_directory, hosted_institutions
from uruk.exchange.api import (
    MAX_RECORDS,
    RECORDS_ASKED,
    CountryDirectory,
    Known,
    KnownRecord,
    KnownRecords,
    MemberEntry,
)
from uruk.kernel.api import Actor, CodedError, Text, parse_rfc3339
from uruk.people.api import ask_members, personal_members
from uruk.registries.reading import own_records
from uruk.registries.rights import is_machinery
from uruk.registries.store import Status
from uruk.registries.views import RecordView


@dataclass(frozen=True)
class RecordElsewhere:
    """A record on another node, in the words in which its institution told it.

    `registry` and `name` say which registry it is in and what names it; `facts` are label and value, `withheld` label
    and the offices that read it. `act` is the newest act of it.
    """

    record: UUID
    registry: str
    name: str
    status: Status
    valid_from: date | None
    changed_at: datetime
    act: UUID
    facts: tuple[tuple[str, str], ...]
    withheld: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Elsewhere:
    """An institution on another node, at whose address its own pages stand; `records` None: it has not answered."""

    institution: str
    names: Text
    url: str
    records: tuple[RecordElsewhere, ...] | None


def records_about(actor: Actor, institution: str, number: str) -> tuple[RecordView, ...]:
    """What an institution's registries say of the person with this number, as the person would see it; at most 200.

    Only for the node's own gateway (channel "exchange"), which has checked that the person themself asks and notes that
    they were answered. Errors: ``registries.foreign_actor``.
    """
    if actor.channel != "exchange" or not is_machinery(actor, institution):
        raise CodedError("registries.foreign_actor", institution=institution)
    return tuple(own_records(institution, (number,)))[:MAX_RECORDS]


def holders_elsewhere() -> tuple[Elsewhere, ...]:
    """The institutions of other nodes that keep personal data; nobody is asked."""
    country = country_directory()
    others = _others(country) if country is not None else ()
    return tuple(Elsewhere(one.code, one.names, url, None) for one, url in others)


def records_elsewhere(actor: Actor, language: str) -> tuple[Elsewhere, ...]:
    """Ask every institution of other nodes that keeps personal data what it knows about the actor, all at once.

    Whoever has not answered within two seconds has None for its records. That they ask is an act of the institution
    that signs citizens in. Errors: those of `people.ask_members`.
    """
    country = country_directory()
    others = _others(country) if country is not None else ()
    if country is None or not others:
        return ()
    asker = ask_members(actor, country, [one for one, _ in others], RECORDS_ASKED)
    answers = asker.records([str(one.member) for one, _ in others], language)
    return tuple(Elsewhere(one.code, one.names, url, _told(answers, one)) for one, url in others)


def _others(country: CountryDirectory) -> tuple[tuple[MemberEntry, str], ...]:
    """Members that keep personal data on other nodes, with the address of that node."""
    hosted = hosted_institutions()
    urls = {code: one.url for code, one in country.nodes.items() if one.left_at is None}
    members = personal_members(country)
    return tuple((one, urls[one.node]) for one in members if one.code not in hosted and one.node in urls)


def _told(answers: Mapping[str, KnownRecords | CodedError], member: MemberEntry) -> tuple[RecordElsewhere, ...] | None:
    """What a member said; None for silence, and for what cannot be read, which is no better."""
    answer = answers[str(member.member)]
    if isinstance(answer, CodedError):
        return None
    try:
        return tuple(map(_record, answer.records))
    except (CodedError, ValueError):
        return None


def _record(one: KnownRecord) -> RecordElsewhere:
    return RecordElsewhere(
        record=UUID(one.record),
        registry=one.title,
        name=one.name,
        status=one.status,
        valid_from=date.fromisoformat(one.valid_from) if one.valid_from else None,
        changed_at=parse_rfc3339(one.changed_at),
        act=UUID(one.act),
        facts=tuple(map(_pair, one.facts)),
        withheld=tuple(map(_pair, one.withheld)),
    )


def _pair(one: Known) -> tuple[str, str]:
    return one.label, one.value
