"""What a decided round means for one of its cases."""

from uruk.acts.api import acknowledged
from uruk.services.domain.cases.stepping import Go
from uruk.services.domain.definition import ROUND
from uruk.services.domain.edges import PLACED, UNPLACED, WAITING
from uruk.services.models import Round, RoundEntry, RoundPassing
from uruk.services.rounds.calling import decided_round
from uruk.services.running.recording import Opened


def round_step(case: Opened) -> tuple[Go, Round] | None:
    """Where a case goes that waits for a round, and by which; None while there is nothing to go by."""
    state = case.pinned.model.states[case.standing.entry.state]
    row = decided_round(case.id) if state.waits == ROUND else None
    if row is None:
        return None
    entry = RoundEntry.objects.filter(round=row, case=case.id).first()
    found = _passed(entry) if case.standing.entry.by == WAITING else _came(entry)
    if found not in state.outcomes:
        found = "" if found == "" else UNPLACED
    return (Go(found, state.outcomes[found][0]), row) if found in state.outcomes else None


def has_place(entry: RoundEntry) -> bool:
    """Whether a case has a place in its round: by its decision, or because one fell free."""
    return entry.outcome == PLACED or _passed(entry) == PLACED


def _came(entry: RoundEntry | None) -> str:
    """Who came after the end, or reached the round when it was over, has no place."""
    return UNPLACED if entry is None else entry.outcome


def _passed(entry: RoundEntry | None) -> str:
    passed = entry is not None and acknowledged(RoundPassing.objects.filter(to=entry)).exists()
    return PLACED if passed else ""
