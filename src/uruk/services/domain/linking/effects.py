"""Links the effects of a state: what they write, issue, reserve or open must be there and take what it is given."""

import datetime
from collections.abc import Iterable
from dataclasses import replace

from uruk.definitions.api import Fields, Findings
from uruk.services.domain.definition import APPLICANT, COSIGNER, Effect, Reminder, ServiceDefinition, State
from uruk.services.domain.linked import LinkedEffect, Typed, find_field
from uruk.services.domain.linking.compiling import Compiler
from uruk.services.domain.scope import with_row
from uruk.services.domain.sources import Sources

# Lengths of time are compared from here.
_SOME_DAY = datetime.date(2026, 1, 1)


class EffectLinker:
    """Links effects over the scope of their service."""

    def __init__(
        self, definition: ServiceDefinition, scope: Fields, compiler: Compiler, around: Sources, findings: Findings
    ) -> None:
        self._definition, self._scope, self._compiler = definition, scope, compiler
        self._around, self._findings = around, findings

    def link(self, state: State) -> tuple[LinkedEffect, ...]:
        """The effects of a state that were understood."""
        return tuple(found for one in state.do if (found := self._effect(one, state)))

    def _effect(self, effect: Effect, state: State) -> LinkedEffect | None:
        fields, whole = self._target(effect)
        if fields is None:
            return None
        scope, each = self._over(effect)
        inputs = dict(self._inputs(effect, fields, scope))
        if whole:
            self._check_whole(effect, fields)
        amount = self._compiler.typed(effect.amount, scope, "int") if effect.amount else None
        whose = self._compiler.typed(effect.whose, scope, "text") if effect.whose else None
        optional = frozenset(name for name in inputs if not fields[name].required)
        linked = LinkedEffect(effect, inputs, amount, each, whose, optional)
        return linked if effect.reminder is None else self._reminding(linked, effect.reminder, state)

    def _reminding(self, linked: LinkedEffect, reminder: Reminder, state: State) -> LinkedEffect | None:
        """A reminder with the day that it comes before: there is one, and the notice can come before it."""
        if reminder.apply is not None:
            self._around.service(replace(linked.effect, target=reminder.apply))
        if reminder.day is not None:
            return replace(linked, day=self._compiler.typed(reminder.day, self._scope, "date"))
        earlier = state.do[: state.do.index(linked.effect)]
        issued = next((one for one in earlier if (one.kind, one.target) == ("issue", reminder.of)), None)
        document = None if issued is None else self._around.document(issued)
        if issued is not None and document is None:
            return None
        validity = None if document is None else document.validity
        if validity is None or validity.after(_SOME_DAY) <= reminder.before.after(_SOME_DAY):
            self._findings.report(linked.effect.place, "services.remind_day", document=str(reminder.of)[:40])
            return None
        return replace(linked, validity=validity)

    def _target(self, effect: Effect) -> tuple[Fields | None, bool]:
        """The fields that an effect fills, and whether it must fill all that are required."""
        match effect.kind:
            case "record":
                registry = self._around.registry(effect.target, effect)
                return (registry.said if registry else None), True
            case "issue":
                document = self._around.document(effect)
                return (document.fields if document else None), True
            case "reserve":
                return self._reserved(effect), True
            case "open":
                service = self._around.service(effect)
                self._check_whose(effect, service)
                asked = (
                    (one.field for step in service.steps if not step.repeat for one in step.questions)
                    if service
                    else ()
                )
                return (Fields(tuple(asked)) if service else None), False
        self._check_bare(effect)
        return Fields(()), False

    def _check_whose(self, effect: Effect, service: ServiceDefinition | None) -> None:
        """Of another applicant than one's own it must be known what they are."""
        if effect.whose is not None and service is not None and len(service.applicants) != 1:
            self._findings.report(effect.place, "services.open_for", service=effect.target[:80])

    def _reserved(self, effect: Effect) -> Fields | None:
        """A reservation names its record by the main key."""
        registry = self._around.capacity(effect)
        if registry is None:
            return None
        return Fields(tuple(registry.fields[name] for name in (registry.keys[0] if registry.keys else ())))

    def _check_bare(self, effect: Effect) -> None:
        """What is released or revoked was reserved or issued by this service; who is told is there."""
        states = self._definition.states.values()
        earlier = {(one.kind, one.target) for state in states for one in state.do}
        if effect.kind == "release" and ("reserve", effect.target) not in earlier:
            self._findings.report(effect.place, "services.release_nothing", target=effect.target[:80])
        if effect.kind == "revoke" and ("issue", effect.target) not in earlier:
            self._findings.report(effect.place, "services.revoke_nothing", target=effect.target[:80])
        if effect.kind in {"notify", "remind"} and effect.to not in {APPLICANT, COSIGNER, *self._definition.roles}:
            self._findings.report(effect.place, "services.role_unknown", role=str(effect.to)[:40])

    def _over(self, effect: Effect) -> tuple[Fields, tuple[str, ...]]:
        if effect.each is None:
            return self._scope, ()
        path = tuple(effect.each.split("."))
        found = find_field(self._scope, path)
        if found is None or found.type != "list":
            self._findings.report(effect.place, "services.each_no_list", each=effect.each[:80])
            return self._scope, ()
        return with_row(self._scope, "row", found.members), path

    def _inputs(self, effect: Effect, fields: Fields, scope: Fields) -> Iterable[tuple[str, Typed]]:
        for name, written in effect.inputs.items():
            item = fields.find(name)
            if item is None:
                if name not in fields.unread:
                    place = written.node.place
                    self._findings.report(place, "services.input_unknown", name=name[:40], source=effect.target[:80])
                continue
            typed = self._compiler.given(written, scope, item)
            if typed is not None:
                yield name, typed

    def _check_whole(self, effect: Effect, fields: Fields) -> None:
        lacking = [one.name for one in fields if one.required and one.name not in effect.inputs]
        if lacking:
            self._findings.report(
                effect.place, "services.effect_lacks", target=effect.target[:80], fields=tuple(lacking[:10])
            )
