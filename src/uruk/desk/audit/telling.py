"""A replayed case in words: who did what, what it was decided on, what came of it, what its receipt proves."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from uruk.definitions.api import Definition
from uruk.desk.cases.overtaking import done_by
from uruk.desk.offices import Acting
from uruk.desk.pages import told
from uruk.kernel.api import local_digits
from uruk.services.api import CLOSED, Difference, FoundCase, Proof, Replay, ReplayedAct
from uruk.ui.api import (
    Fact,
    FactTold,
    Section,
    Table,
    TableRow,
    answer_label,
    answers_told,
    case_number,
    comma,
    day,
    fact_told,
    moment,
    office_name,
    party_told,
    past_told,
    reader_language,
    said_facts,
    turn_word_told,
    values_told,
)


@dataclass(frozen=True)
class SourcedFact:
    """A fact that something was decided on, with who said it and by which record or message."""

    told: FactTold
    source: str


@dataclass(frozen=True)
class ActTold:
    """One act as the page shows it. `rule`: whether the rules give it again; `proof`: whether its receipt holds."""

    number: str
    seq: int
    sentence: str
    who: str
    channel: str
    at: datetime
    note: str
    said: tuple[Fact, ...]
    marks: tuple[Fact, ...]
    answers: tuple[Section, ...]
    facts: tuple[SourcedFact, ...]
    after: tuple[Fact, ...]
    rule: str
    rule_tone: str
    differences: Table | None
    proof: str
    proof_tone: str
    proved: tuple[Fact, ...]


@dataclass(frozen=True)
class _Named:
    """A case as its sentences name it."""

    institution: str
    definition: Definition


def found_table(office: Acting, found: tuple[FoundCase, ...]) -> Table:
    """Cases as a list names them: nobody's data."""
    columns = (_("Case"), _("Service"), _("State"), _("Whose turn"), _("Came"))
    return Table(_("Cases"), columns, tuple(_found(office, one) for one in found))


def _found(office: Acting, one: FoundCase) -> TableRow:
    state = one.state if one.state_name is None else told(one.state_name)
    turn = turn_word_told(office.institution, one.turn)
    cells = (case_number(one.id), told(one.title), state, turn, moment(one.arrived))
    return TableRow(cells, office.url("audit-case", one.id))


def acts_told(found: Replay, file_url: Callable[[str], str]) -> tuple[ActTold, ...]:
    """Every act, the first one first. `file_url`: the address of a file that one of them names."""
    named = _Named(found.institution, found.rules.definition)
    return tuple(_act(found, named, one, file_url) for one in found.acts)


def _act(found: Replay, named: _Named, one: ReplayedAct, file_url: Callable[[str], str]) -> ActTold:
    definition, content = named.definition, one.view.content
    rule, rule_tone = _rule(one.differences)
    proof, proof_tone = proof_tag(one.proof)
    return ActTold(
        number=digits(one.view.seq),
        seq=one.view.seq,
        sentence=past_told(named, one.past),
        who=_who(found, one),
        channel=channel_told(one.view.channel),
        at=one.view.at,
        # Why a case is kept its readers are not told; who looks cases over is.
        note=one.past.note or str(one.view.content.get("reason", "")),
        said=said_facts(definition, content.get("said") or {}, file_url),
        marks=_marks(definition, content.get("marks") or {}),
        answers=answers_told(definition, _answers(one), file_url=file_url),
        facts=tuple(_fact(definition, name, one) for name in one.inputs if name.startswith("facts.")),
        after=tuple(_after(named, one)),
        rule=rule,
        rule_tone=rule_tone,
        differences=differences_table(one.differences) if one.differences else None,
        proof=proof,
        proof_tone=proof_tone,
        proved=proved(one.proof),
    )


def _who(found: Replay, one: ReplayedAct) -> str:
    """Who acted: an officer by name and office, the applicant, or the institution's rules."""
    if one.view.role:
        office = office_name(found.institution, one.view.role)
        return " · ".join(part for part in (done_by(one.past), office) if part)
    if one.view.person is None:
        return _("By itself, without an officer")
    return _("Somebody who acts for the applicant") if one.view.mandate else _("The applicant")


def channel_told(channel: str) -> str:
    """By which way an act came in."""
    return {
        "portal": _("On the citizens' pages"),
        "desk": _("At a desk"),
        "counter": _("At a counter, on behalf of the applicant"),
        "rest": _("By a program"),
        "cli": _("At the node's terminal"),
        "system": _("By the node itself"),
        "exchange": _("Over the exchange"),
    }.get(channel, channel)


def _answers(one: ReplayedAct) -> dict[str, Any]:
    """What was answered with this act, or what it was decided on."""
    given = one.view.content.get("answers")
    if given:
        return dict(given)
    said = {path: each.value for path, each in one.inputs.items() if path.startswith("answers.")}
    return {path.removeprefix("answers."): value for path, value in said.items()}


def _fact(definition: Definition, path: str, one: ReplayedAct) -> SourcedFact:
    said = one.inputs[path]
    source = {
        "registry": _("Read in the institution's own registry: %(reference)s"),
        "exchange": _("Asked over the exchange, message %(reference)s"),
    }.get(said.source, _("Nobody was asked: there was nothing to ask by"))
    return SourcedFact(
        fact_told(definition, path.removeprefix("facts."), said.value),
        source % {"reference": said.reference or _("no record")},
    )


def _marks(definition: Definition, marks: Mapping[str, str]) -> tuple[Fact, ...]:
    return tuple(Fact(answer_label(definition, path), said) for path, said in marks.items())


def _after(named: _Named, one: ReplayedAct) -> list[Fact]:
    """Where the case stands by this act."""
    found = [Fact(_("State"), state_told(named.definition, one.state)), Fact(_("Whose turn"), _turn(named, one))]
    if one.due is not None:
        found.append(Fact(_("Last day"), day(one.due)))
    return [*found, *values_told(named.definition, one.values)]


def state_told(definition: Definition, state: str) -> str:
    """What a state is called; its code where the service has no sentence for it, or one with values of the case."""
    found = definition.texts.find(f"states.{state}")
    return state if found is None or "{" in found.ar else told(found)


def _turn(named: _Named, one: ReplayedAct) -> str:
    if one.closed is not None:
        return told(CLOSED[one.closed])
    parties = (one.task,) if one.task is not None else one.parties
    return comma([party_told(named, each) for each in parties])


# -- what is proved ----------------------------------------------------------------------------------------------------


def proof_tag(proof: Proof) -> tuple[str, str]:
    """Whether a receipt holds, in a word, and its tone."""
    if proof.problem is not None:
        return _("The receipt does not prove it: %(why)s") % {"why": proof.problem.sentence(reader_language())}, "bad"
    return _("Receipt checked"), "good"


def proved(proof: Proof) -> tuple[Fact, ...]:
    """What a receipt proves, beside that the act stands in the log."""
    found = proof.verified
    if found is None:
        return ()
    grades = {
        "signed": _("the institution's log"),
        "timestamped": _("an independent timestamp"),
        "witnessed": _("independent witnesses"),
    }
    told_by = _("by two officers, each with their passkey") if proof.two_persons else ""
    facts = [
        Fact(_("Log"), found.origin),
        Fact(_("Entry"), digits(found.index)),
        Fact(_("Time proved by"), grades[found.grade]),
        Fact(_("Proved since"), moment(found.proved_at) if found.proved_at else ""),
        Fact(_("Approved"), told_by),
    ]
    return tuple(one for one in facts if one.value)


def _rule(differences: tuple[Difference, ...] | None) -> tuple[str, str]:
    if differences is None:
        return _("Said by a person; no rule decides it"), ""
    if differences:
        return _("The rules give something else"), "bad"
    return _("The rules give the same now"), "good"


def differences_table(found: tuple[Difference, ...]) -> Table:
    """Where an act and the rules differ."""
    columns = (_("What"), _("The act says"), _("The rules give"))
    rows = tuple(TableRow((one.what, _plain(one.said), _plain(one.found))) for one in found)
    return Table(_("Differences"), columns, rows)


def _plain(value: object) -> str:
    if value is None or value == "":
        return "—"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def digits(number: int) -> str:
    """A number in the reader's digits."""
    return local_digits(str(number), reader_language())
