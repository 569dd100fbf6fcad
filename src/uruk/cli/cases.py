"""`uruk case`: cases listed without anybody's data, and replayed act by act, each receipt checked."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import msgspec
import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import WRONG, AsJson, Language, chosen, say, say_json
from uruk.cli.verifying import PROOF
from uruk.kernel.api import Actor, CodedError, error_sentence, rfc3339

if TYPE_CHECKING:
    from uruk.services.api import FoundCase, Replay, ReplayedAct

app = typer.Typer(help="Cases: listed without anybody's data, shown, replayed act by act.")
Institution = Annotated[str, typer.Option(help="The institution whose cases these are, such as `agriculture`.")]
Number = Annotated[str, typer.Argument(metavar="CASE", help="Its id, or the number that people are told: 7F3A-91C2.")]
Purpose = Annotated[str, typer.Option(help="Why it is looked at; the person whom the case is about sees this.")]
Day = Annotated[str, typer.Option(help="A day, such as 2026-11-26.")]


@app.command(name="list")
def list_cases(
    institution: Institution,
    service: Annotated[str, typer.Option(help="Only of this service, such as `season-plan`.")] = "",
    state: Annotated[str, typer.Option(help="Only in this state, such as `review`.")] = "",
    since: Day = "",
    until: Day = "",
    after: Annotated[str, typer.Option(help="Those after this case: the last one of the page before.")] = "",
    language: Language = "",
    json: AsJson = False,
) -> None:
    """List cases, the newest first, fifty at once; nothing of anybody is in it."""
    spoken = chosen(language)
    days = [None if not typed else _day(typed, name) for typed, name in ((since, "--since"), (until, "--until"))]
    with node_at_hand(spoken):
        from uruk.services.api import CaseQuery, find_cases

        query = CaseQuery(service, state, days[0], days[1], UUID(after) if _is_id(after) else None)
        for one in find_cases(Actor.terminal(institution), query):
            _tell_found(one, spoken, as_json=json)


@app.command()
def show(
    case: Number, institution: Institution, purpose: Purpose = "", language: Language = "", json: AsJson = False
) -> None:
    """Show where a case stands and each act of it in a line. Exit 1: a receipt or a rule does not bear it out."""
    _look(case, institution, purpose, language, as_json=json, whole=False)


@app.command()
def replay(
    case: Number, institution: Institution, purpose: Purpose = "", language: Language = "", json: AsJson = False
) -> None:
    """Replay a case act by act: what was said, by whom, on what, each receipt checked, each rule applied anew."""
    _look(case, institution, purpose, language, as_json=json, whole=True)


def _look(number: str, institution: str, purpose: str, language: str, *, as_json: bool, whole: bool) -> None:
    spoken = chosen(language)
    with node_at_hand(spoken):
        from uruk.services.api import find_by_number
        from uruk.services.api import replay as replayed

        actor = replace(Actor.terminal(institution), purpose=purpose.strip() or None)
        found = find_by_number(actor, number)
        if len(found) > 1:
            for one in found:
                _tell_found(one, spoken, as_json=as_json)
            raise CodedError("cli.cases_of_number", number=number[:40], count=len(found))
        told = replayed(actor, found[0].id)
    if as_json:
        _say_acts(told, whole=whole)
    else:
        _tell(told, spoken, whole=whole)
    if not told.holds:
        raise typer.Exit(WRONG)


def _day(typed: str, option: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise typer.BadParameter(typed[:40], param_hint=option) from None


def _is_id(typed: str) -> bool:
    try:
        return bool(typed and UUID(typed))
    except ValueError:
        raise typer.BadParameter(typed[:40], param_hint="--after") from None


def _tell_found(one: "FoundCase", language: str, *, as_json: bool) -> None:
    if as_json:
        facts = {"case": str(one.id), "service": one.service, "state": one.state, "turn": one.turn, "acts": one.acts}
        say_json(**facts, arrived=rfc3339(one.arrived), since=rfc3339(one.since))
    else:
        say(f"{one.id}  {rfc3339(one.arrived)}  {one.service}  {one.state}  {one.turn}")


# -- for people --------------------------------------------------------------------------------------------------------


def _tell(told: "Replay", language: str, *, whole: bool) -> None:
    last = told.acts[-1]
    say(f"{told.rules.definition.title.get(language)}  {told.id}")
    say(f"  {last.state}: {_turn(last)}")
    code = "cli.rules_held" if told.rules.holds else "cli.rules_differ"
    say(f"  {error_sentence(code, language, {'digest': told.rules.digest})}")
    if told.consent is not None and told.consent_proof is not None:
        problem = told.consent_proof.problem
        facts = {"way": told.consent.way, "at": rfc3339(told.consent.at)}
        proved = "✓" if problem is None else problem.sentence(language)
        say(f"  {error_sentence('cli.consented', language, facts)} {proved}")
    for one in told.acts:
        _tell_act(one, language, whole=whole)
    say(error_sentence("cli.case_holds" if told.holds else "cli.case_differs", language, {"acts": len(told.acts)}))


def _tell_act(one: "ReplayedAct", language: str, *, whole: bool) -> None:
    mark = "✓" if one.holds else "✗"
    who = one.view.role or ("applicant" if one.view.person is not None else "system")
    say(f"{mark} {one.view.seq}  {rfc3339(one.view.at)}  {one.view.type}  {who}/{one.view.channel}  → {one.state}")
    if one.proof.problem is not None:
        say(f"    {one.proof.problem.sentence(language)} ({one.proof.problem.code})")
    for each in one.differences or ():
        say(f"    {each.what}: {each.said!r} ≠ {each.found!r}")
    if whole:
        _tell_whole(one, language)


def _tell_whole(one: "ReplayedAct", language: str) -> None:
    for name, value in one.view.content.items():
        if value not in (None, "", [], {}) and name != "type":
            say(f"    {name}: {_json(value)}")
    for path, said in one.inputs.items():
        say(f"    ← {path}: {_json(said.value)} [{said.source} {said.reference}]")
    for name, value in one.values.items():
        say(f"    = {name}: {_json(value)}")
    found = one.proof.verified
    if found is not None:
        by_two = error_sentence("cli.by_two_persons", language, {}) if one.proof.two_persons else ""
        say(f"    {found.origin} № {found.index}; {PROOF[found.grade].get(language)} {by_two}".rstrip())


def _turn(one: "ReplayedAct") -> str:
    return one.closed or one.task or " ".join(one.parties)


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


# -- for programs ------------------------------------------------------------------------------------------------------


def _say_acts(told: "Replay", *, whole: bool) -> None:
    for one in told.acts:
        say_json(**dict(_act(one, whole=whole)))
    say_json(case=str(told.id), service=told.service, rules=told.rules.digest, holds=told.holds)


def _act(one: "ReplayedAct", *, whole: bool) -> Iterator[tuple[str, Any]]:
    yield "seq", one.view.seq
    yield "act", str(one.view.act)
    yield "type", one.view.type
    yield "at", rfc3339(one.view.at)
    yield "person", None if one.view.person is None else str(one.view.person)
    yield "role", one.view.role
    yield "channel", one.view.channel
    yield "state", one.state
    yield "holds", one.holds
    yield "problem", None if one.proof.problem is None else one.proof.problem.code
    differences = one.differences
    told = None if differences is None else [{"what": d.what, "said": d.said, "found": d.found} for d in differences]
    yield "differences", told
    if whole:
        yield "content", one.view.content
        yield "inputs", {path: msgspec.to_builtins(said) for path, said in one.inputs.items()}
        yield "values", one.values
        yield "two_persons", one.proof.two_persons
        yield "receipt", one.proof.receipt
