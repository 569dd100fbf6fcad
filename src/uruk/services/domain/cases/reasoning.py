"""What follows from a case as it stands, in the form in which an act keeps it."""

import datetime

from uruk.kernel.api import CodedError
from uruk.services.domain.cases.contents import Reasons
from uruk.services.domain.cases.folding import Unfolded
from uruk.services.domain.ground import Waiting
from uruk.services.domain.judging.judging import facts_behind
from uruk.services.domain.linked import Service
from uruk.services.domain.scope import FAILED, bare_names


def reasons_for(service: Service, case: Unfolded, rule: int | None, day: datetime.date) -> Reasons:
    """What follows from a case on a day, for whoever asks why it moved. Errors: those of its expressions."""
    found = case.reckoning(service, day)
    values = {name: found.value(name) for name in service.values}
    all_failed = found.failed() if _asks_what_failed(service, case, rule) else ()
    failed = () if isinstance(all_failed, Waiting) else all_failed
    laws = {name: service.definition.conditions[name].law or "" for name in failed}
    facts = {name: facts_behind(service, service.conditions[name].needs) for name in failed}
    known = {name: one for name, one in values.items() if isinstance(one, bool | int | str | list)}
    rows = {name: tuple(one.row for one in found.table(name)) for name in service.tables}
    return Reasons(rule, failed, laws, facts, known, rows)


def _asks_what_failed(service: Service, case: Unfolded, rule: int | None) -> bool:
    """Whether the rules that brought the case on asked for conditions: what is over by now was no reason before."""
    rules = service.rules.get(case.entry.state, ()) if rule is not None else ()
    looked = [one for one in rules[: (rule or 0) + 1] if one is not None]
    return any(FAILED in bare_names(one.formula.source) for one in looked)


def known_values(service: Service, case: Unfolded, day: datetime.date) -> dict[str, object]:
    """The values that are known on a day; what an expression ends in an error for is left out."""
    reckoning = case.reckoning(service, day)
    found: dict[str, object] = {}
    for name in service.values:
        try:
            value = reckoning.value(name)
        except CodedError:
            continue
        if isinstance(value, bool | int | str) and not isinstance(value, Waiting):
            found[name] = value
    return found
