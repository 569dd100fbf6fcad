"""Many cases go on at once: what rules and own registries decide is done for all of them in one batch.

A case whose next step is anything else (an effect, a question to another institution) takes it alone, by `advance`.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from uruk.acts.api import clock
from uruk.kernel.api import Actor, CodedError, today
from uruk.publishing.api import held_country
from uruk.services.domain.cases.contents import Content, FactTold
from uruk.services.domain.cases.stepping import AWAITED, Fetch, Go, next_step
from uruk.services.models import Asking, Case
from uruk.services.running.advancing import advance, gone
from uruk.services.running.asking import UnansweredError, fetch
from uruk.services.running.recording import Opened, open_cases, record_together

Payload = dict[str, Any]
Next = tuple[Case, int, Content]


def advance_together(payloads: list[Payload]) -> None:
    """The jobs of many cases: each takes the one step that follows after its `seq`-th act.

    What is done already is not done again, so that all of it may be repeated where something could not be done.
    """
    with held_country():
        batches, alone = _sorted_out(payloads)
    for institution, nexts in batches.items():
        alone += _record(institution, nexts)
    for payload in alone:
        advance(payload)


def _sorted_out(payloads: Sequence[Payload]) -> tuple[dict[str, list[Next]], list[Payload]]:
    """The next acts that are done together, by institution, and the jobs of cases that go on alone."""
    cases = open_cases([UUID(one["case"]) for one in payloads])
    asked = _being_asked(list(cases))
    batches: dict[str, list[Next]] = defaultdict(list)
    alone = []
    for payload in payloads:
        case = cases.get(UUID(payload["case"]))
        content = None if case is None or case.id in asked or _has_moved(case, payload) else _content(case)
        if case is None or content is None:
            alone.append(payload)
        else:
            batches[case.row.institution].append((case.row, case.standing.seq + 1, content))
    return batches, alone


def _record(institution: str, nexts: Sequence[Next]) -> list[Payload]:
    """Record a batch; where another act came first in one of the cases, each is left to find out by itself."""
    try:
        record_together(Actor.system(institution), nexts)
    except CodedError as error:
        if error.code != "services.case_moved":
            raise
        return [{"case": str(case.pk), "seq": seq - 1} for case, seq, _ in nexts]
    return []


def _being_asked(cases: Sequence[UUID]) -> frozenset[UUID]:
    """The cases that have asked somebody in vain: when they ask again, and how often, is theirs."""
    return frozenset(Asking.objects.filter(case__in=cases).values_list("case", flat=True))


def _has_moved(case: Opened, payload: Payload) -> bool:
    return bool(case.standing.seq != payload["seq"])


def _content(case: Opened) -> Content | None:
    """What the next act of a case says, where that needs nobody else; None where the case takes its step alone."""
    if any(one.outcome == AWAITED for one in case.standing.effects.values()):
        return None
    try:
        match next_step(case.pinned.service, case.standing, today(clock())):
            case Go() as step:
                return gone(case, step)
            case Fetch(facts, _):
                return _fact(case, facts)
    except CodedError:
        # Its own expression ends in an error: that stops this case alone, and is told where it steps alone.
        return None
    return None


def _fact(case: Opened, facts: Sequence[str]) -> FactTold | None:
    """The first fact, where the institution's own registry holds it."""
    name = facts[0]
    if case.pinned.model.facts[name].ask:
        return None
    try:
        told = fetch(case, name, 0)
    except UnansweredError:
        return None
    return None if told is None else FactTold(name, told)
