"""What is wrong with the states of a service: names, roles, parties, ways that lead nowhere or never end."""

from collections.abc import Callable, Iterator

from uruk.definitions.api import Cursor, Place
from uruk.services.domain.checking.reserving import check_reserved
from uruk.services.domain.definition import (
    APPLICANT,
    COSIGNER,
    FEE,
    REVIEWS,
    ROUND,
    Action,
    ServiceDefinition,
    State,
)
from uruk.services.domain.edges import PLACED, UNPLACED, WAITING, all_edges, edges_of, reached

Report = Callable[..., None]
_DONE, _SHORT = frozenset({"done"}), frozenset({"done", "short"})


def check_states(definition: ServiceDefinition, cursor: Cursor, has_institution: Callable[[str], bool]) -> None:
    """Report all that is wrong between the states of a service."""
    report = cursor.findings.report
    known = [_names(definition, state, report) for state in definition.states.values()]
    _check_round(definition, report)
    for state in definition.states.values():
        _check_roles(definition, state, report)
        _check_party(definition, state, report, has_institution)
        _check_effects(definition, state, report, has_institution)
        _check_appeal(definition, state, report)
        _check_sees(definition, state, report)
    # Where a name is wrong or a state was not understood, ways are missing: what follows from that is not said as well.
    if all(known) and definition.start is not None and not any(one.startswith("states.") for one in definition.unsure):
        _check_ways(definition, cursor)


def _names(definition: ServiceDefinition, state: State, report: Report) -> bool:
    wrong = [one for one in edges_of(state) if one.to not in definition.states]
    for edge in wrong:
        if f"states.{edge.to}" not in definition.unsure:
            report(edge.place, "services.state_unknown", state=edge.to[:40])
    return not wrong


def _roles(state: State) -> Iterator[tuple[str, Place]]:
    if state.task is not None and state.task != APPLICANT:
        yield state.task, state.place
    for action in state.actions:
        if action.second is not None:
            yield action.second, action.place
    if state.deadline is not None and state.deadline.task is not None:
        yield state.deadline.task, state.deadline.place
    if state.appeal is not None:
        yield state.appeal.task, state.appeal.place


def _check_roles(definition: ServiceDefinition, state: State, report: Report) -> None:
    for role, place in _roles(state):
        if role not in definition.roles:
            report(place, "services.role_unknown", role=role[:40])
    if state.deadline is not None and state.task is not None and state.deadline.task == state.task:
        report(state.deadline.place, "services.deadline_same", role=state.task)
    for action in state.actions:
        _check_action(definition, state, action, report)


def _check_action(definition: ServiceDefinition, state: State, action: Action, report: Report) -> None:
    to = definition.states.get(action.to)
    if action.marks is not None and to is not None and to.task != APPLICANT:
        report(action.place, "services.marks_nobody", state=action.to)
    if state.task == APPLICANT and action.second is not None:
        report(action.place, "services.second_of_applicant")
    if state.kind == "waits" and (action.second is not None or action.marks is not None):
        report(action.place, "services.waits_action")
    kept = {one.field.name for one in action.files}
    for one in action.fields.walk():
        if one.type == "file" and one.name not in kept:
            report(action.place, "services.action_file", field=one.name)


# -- whom a state waits for --------------------------------------------------------------------------------------------


def _check_party(
    definition: ServiceDefinition, state: State, report: Report, has_institution: Callable[[str], bool]
) -> None:
    if state.waits is None:
        return
    if state.waits not in {COSIGNER, FEE, ROUND, REVIEWS} and not has_institution(state.waits):
        report(state.place, "services.party_unknown", party=state.waits[:40])
    missing = {
        FEE: definition.fee is None, ROUND: definition.round is None, REVIEWS: state.reviews is None,
        COSIGNER: not any(step.cosign for step in definition.steps),
    }  # fmt: skip
    if missing.get(state.waits):
        if state.waits not in definition.unsure:
            report(state.place, "services.waits_for_nothing", party=state.waits)
        return
    for reviewer in state.reviews.by if state.reviews else ():
        if reviewer not in definition.roles and not has_institution(reviewer):
            report(state.place, "services.party_unknown", party=reviewer[:40])
    _check_outcomes(definition, state, report)


def _check_outcomes(definition: ServiceDefinition, state: State, report: Report) -> None:
    wanted = _outcomes(definition, state)
    for name in sorted(wanted - set(state.outcomes)):
        report(state.place, "services.outcome_missing", outcome=name)
    for name in sorted(set(state.outcomes) - wanted):
        report(state.outcomes[name][1], "services.outcome_unknown", outcome=name[:40], allowed=tuple(sorted(wanted)))


def _outcomes(definition: ServiceDefinition, state: State) -> frozenset[str]:
    """How a wait can end, beside being late."""
    match state.waits:
        case "fee":
            return frozenset({"paid"})
        case "cosigner":
            return frozenset({"signed", "declined"})
        case "reviews":
            return frozenset({"agreed", "objected"})
        case "round":
            if _is_list(definition, state):
                return frozenset({PLACED})
            waiting = definition.round is not None and definition.round.waiting > 0
            return frozenset({PLACED, UNPLACED, *([WAITING] if waiting else [])})
    return _SHORT if any(one.kind == "reserve" for one in state.do) else _DONE


def _is_list(definition: ServiceDefinition, state: State) -> bool:
    """Whether a state is where those stand who wait for a place to fall free."""
    return any(
        one.waits == ROUND and one.name != state.name and one.outcomes.get(WAITING, ("",))[0] == state.name
        for one in definition.states.values()
    )


def _check_round(definition: ServiceDefinition, report: Report) -> None:
    """Roles that decide a round are roles, and whoever is on its waiting list still waits for it."""
    found = definition.round
    if found is None:
        return
    for role in (found.task, found.second):
        if role is not None and role not in definition.roles:
            report(found.place, "services.role_unknown", role=role[:40])
    for state in definition.states.values():
        to, place = state.outcomes.get(WAITING, ("", state.place))
        if state.waits == ROUND and to in definition.states and definition.states[to].waits != ROUND:
            report(place, "services.round_list", state=to)


def _check_effects(
    definition: ServiceDefinition, state: State, report: Report, has_institution: Callable[[str], bool]
) -> None:
    """A reservation may come out short, so it stands where both outcomes do: in a wait for its holder."""
    for effect in (one for one in state.do if one.kind == "reserve"):
        holder = effect.target.rpartition("/")[0] or definition.institution
        if state.waits != holder and (state.waits is None or has_institution(state.waits)):
            report(effect.place, "services.reserve_outside", party=holder)


def _check_appeal(definition: ServiceDefinition, state: State, report: Report) -> None:
    """An appeal is somebody's task, and not of the role that refused."""
    if state.appeal is None:
        return
    to = definition.states.get(state.appeal.to)
    if to is not None and to.task in {None, APPLICANT}:
        report(state.appeal.place, "services.appeal_no_task", state=to.name)
    elif state.appeal.task in _refusing(definition, state):
        report(state.appeal.place, "services.appeal_same_role", role=state.appeal.task)


def _refusing(definition: ServiceDefinition, refused: State) -> Iterator[str | None]:
    """The roles whose task it is to bring a case to a refusal."""
    for state in definition.states.values():
        if any(action.to == refused.name for action in state.actions):
            yield state.task


def _check_sees(definition: ServiceDefinition, state: State, report: Report) -> None:
    asked = {f"answers.{one.field.name}" for step in definition.steps for one in step.questions}
    asked |= {f"answers.{step.name}" for step in definition.steps if step.repeat}
    facts = {f"facts.{name}" for name in definition.facts}
    seen = {"answers", "values", "facts", "decided"} | asked | facts | definition.unsure
    for name, place in state.sees:
        if name not in seen:
            report(place, "services.name_unknown", name=name[:80])


# -- ways --------------------------------------------------------------------------------------------------------------


def _check_ways(definition: ServiceDefinition, cursor: Cursor) -> None:
    start, edges, report = definition.start, all_edges(definition), cursor.findings.report
    assert start is not None, "asked before"
    there = reached(start.name, edges)
    ends = {one.name for one in definition.states.values() if one.kind == "closed"}
    for state in definition.states.values():
        if state.name not in there:
            report(state.place, "services.state_unreached", state=state.name)
        elif not reached(state.name, edges) & ends:
            report(state.place, "services.state_without_end", state=state.name)
        elif state.kind == "next" and _turns(definition, state):
            report(state.place, "services.endless", state=state.name)
    _check_visit(definition, cursor)
    check_reserved(definition, report)


def _turns(definition: ServiceDefinition, state: State) -> bool:
    """Whether rules alone can lead back to a state: such a case would never stand still."""
    edges = all_edges(definition)
    firsts = (rule.to for rule in state.rules)
    return any(
        state.name in reached(to, edges, lambda name: definition.states[name].kind == "next")
        for to in firsts
        if to == state.name or definition.states[to].kind == "next"
    )


def _check_visit(definition: ServiceDefinition, cursor: Cursor) -> None:
    """Where the law wants a person's own hand, no way to what was granted leads around a booked visit."""
    if definition.e_signature or definition.start is None:
        return
    around = reached(definition.start.name, all_edges(definition), lambda name: not definition.states[name].visit)
    for state in definition.states.values():
        if state.closed == "granted" and state.name in around and not state.visit:
            cursor.findings.report(state.place, "services.no_visit", state=state.name)
