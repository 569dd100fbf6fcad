"""Why a case stands refused, in what can be counted: conditions, choices of officers, ways; never what was typed."""

from collections.abc import Iterator
from dataclasses import dataclass

from uruk.services.domain.cases.folding import Unfolded
from uruk.services.domain.definition import ServiceDefinition

REFUSED = "refused"
CONDITION, GROUND, WAY = "condition", "ground", "way"


@dataclass(frozen=True)
class Why:
    """One reason: its kind (`condition`, `ground`, `way`), of what, and what was chosen or happened there."""

    kind: str
    name: str
    value: str = ""

    @property
    def key(self) -> str:
        """The reason as one word, for what counts words."""
        return f"{self.kind}/{self.name}/{self.value}"

    @classmethod
    def of(cls, key: str) -> "Why":
        """The reason again."""
        return cls(*key.split("/", 2))


def reasons_of(definition: ServiceDefinition, case: Unfolded) -> tuple[Why, ...]:
    """Why a case stands where it is, if that is a refusal; else nothing.

    An officer's choices where an officer refused; else the conditions that failed; else how it came there.
    """
    if definition.states[case.entry.state].closed != REFUSED:
        return ()
    grounds = tuple(_grounds(definition, case))
    if grounds:
        return grounds
    failed = () if case.reasons is None else case.reasons.failed
    if failed and case.entry.by.startswith("next."):
        return tuple(Why(CONDITION, name) for name in failed)
    before = case.entries[-2].state if len(case.entries) > 1 else ""
    return (Why(WAY, before, case.entry.by),)


def _grounds(definition: ServiceDefinition, case: Unfolded) -> Iterator[Why]:
    """The choices among what was said with the action that led here."""
    before = definition.states[case.entries[-2].state].actions if len(case.entries) > 1 else ()
    for action in before:
        for field in action.fields if action.name == case.entry.by else ():
            said = case.decided.get(field.name)
            if field.type == "choice" and said in field.options:
                yield Why(GROUND, field.name, str(said))
