"""Links reviews by other institutions: each has a service that offers them, an agreement, and is told what it asks."""

from collections.abc import Mapping

from uruk.definitions.api import Fields, Findings
from uruk.exchange.api import AgreementDefinition
from uruk.services.domain.definition import Reviews, ServiceDefinition, State
from uruk.services.domain.linked import LinkedReview, Typed
from uruk.services.domain.linking.compiling import Compiler
from uruk.services.domain.offering import STATE, sent_fields
from uruk.services.domain.sources import Sources


class ReviewLinker:
    """Links the reviews of states over the scope of their service."""

    def __init__(
        self, definition: ServiceDefinition, scope: Fields, compiler: Compiler, around: Sources, findings: Findings
    ) -> None:
        self._definition, self._scope, self._compiler = definition, scope, compiler
        self._around, self._findings = around, findings

    def link(self) -> Mapping[str, Mapping[str, LinkedReview]]:
        """Of each state the other institutions that are asked, as far as they were understood."""
        found = {one.name: self._of(one, one.reviews) for one in self._definition.states.values() if one.reviews}
        return {name: linked for name, linked in found.items() if linked}

    def _of(self, state: State, reviews: Reviews) -> dict[str, LinkedReview]:
        others = [one for one in reviews.by if one not in self._definition.roles]
        found: dict[str, LinkedReview] = {}
        unknown = set(reviews.inputs)
        for institution in (one for one in others if self._around.has_institution(one)):
            asked = self._around.reviewer(institution, state.place)
            if asked is None:
                unknown.clear()
                continue
            service, agreement = asked
            fields = Fields(sent_fields(service))
            unknown -= {one.name for one in fields}
            found[institution] = LinkedReview(service.code, self._inputs(state, reviews, fields, agreement))
        for name in sorted(unknown):
            place = reviews.inputs[name].node.place
            self._findings.report(place, "services.input_unknown", name=name[:40], source=" ".join(others)[:80])
        return found

    def _inputs(
        self, state: State, reviews: Reviews, fields: Fields, agreement: AgreementDefinition
    ) -> dict[str, Typed]:
        agreed = set(agreement.fields) if agreement.fields is not None else None
        lacking = [one.name for one in fields if one.required and one.name not in reviews.inputs]
        if lacking:
            target = str(agreement.offer)
            self._findings.report(state.place, "services.effect_lacks", target=target[:80], fields=tuple(lacking[:10]))
        if agreed is not None and STATE not in agreed:
            self._findings.report(state.place, "services.not_agreed", field=STATE, offer=str(agreement.offer))
        found: dict[str, Typed] = {}
        for name, written in reviews.inputs.items():
            item = fields.find(name)
            if item is None:
                continue
            if agreed is not None and name not in agreed:
                self._findings.report(
                    written.node.place, "services.not_agreed", field=name[:40], offer=str(agreement.offer)
                )
            typed = self._compiler.given(written, self._scope, item)
            if typed is not None:
                found[name] = typed
        return found
