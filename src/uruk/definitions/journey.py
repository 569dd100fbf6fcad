"""demo/journey.yaml: the documents that the demonstration makes, the messages it sends, the cases it plays.

No code knows a country.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from uruk.definitions.cursor import Cursor
from uruk.definitions.nodes import ListNode, Plain, ScalarNode

# What somebody does with a case is exactly one of these.
DEEDS = ("action", "paid", "signs")
MAX_DAYS_AGO = 60


@dataclass(frozen=True)
class JourneyDocument:
    """One document of the demonstration. `original` names a Typst file beside it: the letter that is to be sealed."""

    name: str
    institution: str
    type: str
    drafts: str
    releases: str
    values: Mapping[str, str]
    original: str | None
    revoked: str | None


@dataclass(frozen=True)
class JourneyMessage:
    """One message of the demonstration: a subsystem asks a service (both as definitions name them) at a path.

    `answer` is what the provider's own program knows there, before the agreement's fields are applied; None where a
    registry answers. `withheld`: fields of the offer that the agreement leaves out.
    """

    name: str
    client: str
    service: str
    path: str
    purpose: str
    law: str
    answer: Plain | None
    withheld: tuple[str, ...]


@dataclass(frozen=True)
class JourneyAct:
    """What somebody does with a case: an `action`; a fee is `paid` (the number of its receipt); a document is signed.

    `signs`: the document's type. `second`: who signs with them. `said`: the action's fields; `marks`: what is to be
    mended, by path of an answer; `answers`: given anew by the applicant.
    """

    by: str
    action: str = ""
    paid: str = ""
    signs: str = ""
    second: str = ""
    said: Mapping[str, Plain] | None = None
    marks: Mapping[str, Plain] | None = None
    answers: Mapping[str, Plain] | None = None


@dataclass(frozen=True)
class JourneyCase:
    """One case of the demonstration: what an applicant asks of a service, what is done with it, the state it `ends` in.

    `whom`: the number or code of whom the applicant speaks for, where it is not themselves. `away`: it is submitted
    while the node of that institution is stopped, and then says for whom it waits. `files`: of each question for a file
    the Typst file beside it that becomes its answer.
    """

    name: str
    institution: str
    service: str
    applicant: str
    answers: Mapping[str, Plain]
    acts: tuple[JourneyAct, ...]
    ends: str
    away: str = ""
    then: tuple[JourneyAct, ...] = ()
    later: tuple[JourneyAct, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    whom: str = ""

    @property
    def all_acts(self) -> tuple[JourneyAct, ...]:
        """What is done with it, on whatever day."""
        return (*self.acts, *self.then, *self.later)


@dataclass(frozen=True)
class JourneyRound:
    """A round of the demonstration: cases of one call, decided together when two officers have closed it.

    Its days pass in minutes: what is asked for and looked at happens `opened` days ago, the closing and what people do
    `then` happens `closed` days ago, and what they do `later` today.
    """

    name: str
    institution: str
    service: str
    call: str
    closes: str
    second: str
    opened: int
    closed: int
    cases: tuple[JourneyCase, ...]


@dataclass(frozen=True)
class Journey:
    """All that the demonstration does."""

    documents: tuple[JourneyDocument, ...] = ()
    messages: tuple[JourneyMessage, ...] = ()
    cases: tuple[JourneyCase, ...] = ()
    rounds: tuple[JourneyRound, ...] = ()

    @property
    def files(self) -> frozenset[str]:
        """The Typst files beside it that it names."""
        cases = (*self.cases, *(case for one in self.rounds for case in one.cases))
        named = {name for case in cases for name in case.files.values()}
        return frozenset(named | {one.original for one in self.documents if one.original})


def read_journey(cursor: Cursor, people: frozenset[str], institutions: frozenset[str]) -> Journey:
    """demo/journey.yaml; values are written as they would be typed into the form."""
    block = cursor.mapping("documents")
    documents = [_read_document(name, one, people, institutions) for name, one in (block.entries() if block else ())]
    block = cursor.mapping("messages", required=False)
    messages = [_read_message(name, one) for name, one in (block.entries() if block else ())]
    block = cursor.mapping("cases", required=False)
    # A node stops while a message is for it: only then can a case wait for it.
    stopped = frozenset(one.service.partition("/")[0] for one in messages)
    reading = _Reading(people, institutions, stopped)
    cases = [reading.case(name, one) for name, one in (block.entries() if block else ())]
    block = cursor.mapping("rounds", required=False)
    rounds = [reading.round(name, one) for name, one in (block.entries() if block else ())]
    cursor.finish()
    return Journey(tuple(documents), tuple(messages), tuple(cases), tuple(rounds))


@dataclass(frozen=True)
class _Reading:
    """Who and what a case may name."""

    people: frozenset[str]
    institutions: frozenset[str]
    stopped: frozenset[str]

    def case(self, name: str, cursor: Cursor) -> JourneyCase:
        institution, service = self._service(cursor)
        away = cursor.string("away", required=False, one_of=sorted(self.stopped)) or ""
        return self._case(name, cursor, institution, service, away=away)

    def round(self, name: str, cursor: Cursor) -> JourneyRound:
        """A round, whose cases say for themselves neither institution nor service."""
        institution, service = self._service(cursor)
        closed = cursor.integer("closed", minimum=1, maximum=MAX_DAYS_AGO - 1) or 1
        opened = cursor.integer("opened", minimum=closed + 1, maximum=MAX_DAYS_AGO) or 1
        block = cursor.mapping("cases")
        found = JourneyRound(
            name=name,
            institution=institution,
            service=service,
            call=cursor.string("call") or "",
            closes=cursor.string("closes", one_of=sorted(self.people)) or "",
            second=cursor.string("second", one_of=sorted(self.people)) or "",
            opened=opened,
            closed=closed,
            cases=tuple(self._cases(block, institution, service)) if block else (),
        )
        cursor.finish()
        return found

    def _service(self, cursor: Cursor) -> tuple[str, str]:
        institution = cursor.string("institution", one_of=sorted(self.institutions)) or ""
        return institution, cursor.code("service") or ""

    def _cases(self, block: Cursor, institution: str, service: str) -> Iterator[JourneyCase]:
        for name, one in block.entries():
            later = {key: tuple(self._acts(one, key)) for key in ("then", "later")}
            yield self._case(name, one, institution, service, **later)

    def _case(self, name: str, cursor: Cursor, institution: str, service: str, **more: Any) -> JourneyCase:
        case = JourneyCase(
            name=name,
            institution=institution,
            service=service,
            applicant=cursor.string("applicant", one_of=sorted(self.people)) or "",
            answers=_plain(cursor, "answers", required=True) or {},
            acts=tuple(self._acts(cursor)),
            ends=cursor.string("ends") or "",
            files=_texts(cursor, "files"),
            whom=cursor.string("for", required=False) or "",
            **more,
        )
        cursor.finish()
        return case

    def _acts(self, cursor: Cursor, key: str = "acts") -> Iterator[JourneyAct]:
        node = cursor.node(key, required=False)
        if node is None:
            return
        if not isinstance(node, ListNode):
            cursor.report(key, "definitions.not_a_list", key=key)
            return
        for one in node.items:
            yield self._act(Cursor.over(one, cursor.findings, one.place))

    def _act(self, cursor: Cursor) -> JourneyAct:
        if sum(map(cursor.has, DEEDS)) != 1:
            cursor.report(None, "definitions.exactly_one", allowed=", ".join(DEEDS))
        act = JourneyAct(
            by=cursor.string("by", one_of=sorted(self.people)) or "",
            action=cursor.string("action", required=False) or "",
            paid=cursor.string("paid", required=False) or "",
            signs=cursor.code("signs", required=False) or "",
            second=cursor.string("second", required=cursor.has("signs"), one_of=sorted(self.people)) or "",
            said=_plain(cursor, "said"),
            marks=_plain(cursor, "marks"),
            answers=_plain(cursor, "answers"),
        )
        cursor.finish()
        return act


def _plain(cursor: Cursor, key: str, *, required: bool = False) -> Mapping[str, Plain] | None:
    """What is written under a key as it would be typed; None where nothing is."""
    block = cursor.mapping(key, required=required)
    return None if block is None else {name: node.plain() for name, node in block.root.items.items()}


def _texts(cursor: Cursor, key: str) -> Mapping[str, str]:
    block = cursor.mapping(key, required=False)
    found = {name: block.string(name) for name in block.keys} if block else {}
    return {name: one for name, one in found.items() if one}


def _read_message(name: str, cursor: Cursor) -> JourneyMessage:
    answer = cursor.node("answer", required=False)
    message = JourneyMessage(
        name=name,
        client=cursor.string("from") or "",
        service=cursor.string("to") or "",
        path=cursor.string("path") or "",
        purpose=cursor.string("purpose", required=False) or "",
        law=cursor.string("law", required=False) or "",
        answer=answer.plain() if answer else None,
        withheld=cursor.strings("withheld", required=False),
    )
    cursor.finish()
    return message


def _read_document(name: str, cursor: Cursor, people: frozenset[str], institutions: frozenset[str]) -> JourneyDocument:
    values = cursor.mapping("values")
    document = JourneyDocument(
        name=name,
        institution=cursor.string("institution", one_of=tuple(sorted(institutions))) or "",
        type=cursor.code("type") or "",
        drafts=cursor.string("drafts", one_of=tuple(sorted(people))) or "",
        releases=cursor.string("releases", one_of=tuple(sorted(people))) or "",
        values=_typed(values) if values else {},
        original=cursor.string("original", required=False),
        revoked=cursor.string("revoked", required=False),
    )
    cursor.finish()
    return document


def _typed(values: Cursor) -> dict[str, str]:
    nodes = {key: values.node(key) for key in values.keys}
    return {key: node.source for key, node in nodes.items() if isinstance(node, ScalarNode)}
