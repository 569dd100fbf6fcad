"""What is wrong between the parts of a service that no expression shows: repeats, co-signatures, guide, channels."""

from uruk.definitions.api import Cursor
from uruk.services.domain.definition import COSIGNER, ROUND, ServiceDefinition, Step


def check_parts(definition: ServiceDefinition, cursor: Cursor) -> None:
    """Report what does not fit together."""
    for step in definition.steps:
        _check_repeat(definition, step, cursor)
        _check_cosign(definition, step, cursor)
    for name, place in definition.guide:
        if name not in definition.conditions:
            cursor.findings.report(place, "services.guide_unknown", condition=name[:40])
    waits = {one.waits for one in definition.states.values()}
    if definition.round is not None and ROUND not in waits and ROUND not in definition.unsure:
        cursor.findings.report(definition.round.place, "services.round_unused")
    if any(step.cosign for step in definition.steps) and COSIGNER not in waits:
        cursor.report("steps", "services.cosign_unused")


def _check_repeat(definition: ServiceDefinition, step: Step, cursor: Cursor) -> None:
    if step.repeat is None or step.repeat.over is None:
        return
    over = definition.facts.get(step.repeat.over)
    if over is None:
        if f"facts.{step.repeat.over}" not in definition.unsure:
            cursor.findings.report(step.place, "services.name_unknown", name=f"facts.{step.repeat.over}"[:80])
    elif not over.many:
        cursor.findings.report(step.place, "services.repeat_one", fact=over.name)


def _check_cosign(definition: ServiceDefinition, step: Step, cursor: Cursor) -> None:
    if step.cosign is None:
        return
    asked = {one.field.name: one.field for each in definition.steps if not each.repeat for one in each.questions}
    number = asked.get(step.cosign.number)
    if number is None or number.type != "national_number":
        cursor.findings.report(step.place, "services.cosign_number", field=step.cosign.number[:40])
