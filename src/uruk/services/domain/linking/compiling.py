"""Compiles the expressions of a service, and says at its place what one names that is not there."""

from collections.abc import Collection

from uruk.definitions.api import (
    ExpressionError,
    Field,
    Fields,
    Findings,
    ResultType,
    ScalarNode,
    compile_expression,
    tokens,
)
from uruk.services.domain.definition import Formula, ServiceDefinition
from uruk.services.domain.linked import Typed, find_field
from uruk.services.domain.scope import Named, bare_names, named_in

RESULTS: dict[str, ResultType] = {
    "integer": "int", "money": "int", "yes_no": "bool", "declaration": "bool", "date": "date", "text": "text",
    "long_text": "text", "choice": "text", "national_number": "text", "link": "text", "time": "text",
}  # fmt: skip
_POINT = frozenset({"latitude_udeg", "longitude_udeg"})


class Compiler:
    """Turns what was written into what runs. What rests on something that was not understood gives None, silently."""

    def __init__(self, definition: ServiceDefinition, unsure: Collection[str], findings: Findings) -> None:
        self._definition, self._unsure, self._findings = definition, frozenset(unsure), findings

    def typed(self, written: Formula, scope: Fields, result: ResultType) -> Typed | None:
        """An expression with a result of this type; None where something is wrong, which is reported."""
        if not self._names_are_there(written, scope):
            return None
        try:
            expression = compile_expression(written.source, scope, result)
        except ExpressionError as error:
            if error.values.get("name") in self._unsure:
                return None
            place = written.node.place_inside(error.line, error.column)
            self._findings.report(place, error.code, **error.values)
            return None
        return Typed(written, expression, self._needs(written, scope))

    def given(self, written: Formula, scope: Fields, item: Field) -> Typed | None:
        """A value for a field: computed, or copied where no expression can give it."""
        if item.type in RESULTS:
            return self.typed(written, scope, RESULTS[item.type])
        if not self._names_are_there(written, scope):
            return None
        path = tuple(written.source.strip().split("."))
        found = find_field(scope, path)
        if found is None or found.type != item.type:
            self._findings.report(written.node.place, "services.copy_type", field=item.name, type=item.type)
            return None
        return Typed(written, None, self._needs(written, scope), path)

    def _names_are_there(self, written: Formula, scope: Fields) -> bool:
        groups = frozenset(one.name for one in scope if one.type == "group")
        for named in named_in(written.source, groups):
            if self._is_unsure(named, scope):
                return False
            wrong = _wrong_part(named, scope)
            if wrong:
                self._report_name(written.node, named, wrong)
                return False
        return not bare_names(written.source) & self._unsure

    def _is_unsure(self, named: Named, scope: Fields) -> bool:
        if named.parts[0] in self._unsure or ".".join(named.parts[:2]) in self._unsure:
            return True
        outer = find_field(scope, named.parts[:2])
        return outer is not None and len(named.parts) > 2 and named.parts[2] in outer.members.unread

    def _report_name(self, node: ScalarNode, named: Named, wrong: str) -> None:
        self._findings.report(node.place_inside(1, named.offset), "services.name_unknown", name=wrong[:80])

    def _needs(self, written: Formula, scope: Fields) -> frozenset[str]:
        groups = frozenset(one.name for one in scope if one.type == "group")
        named = {".".join(one.parts[:2]) for one in named_in(written.source, groups)}
        bare = {one for one in bare_names(written.source) if one in scope and one not in groups}
        words = {one.group() for one in tokens(written.source) if one.lastgroup == "name"}
        rows = {one.name for one in self._definition.tables.values() if one.each is not None and one.name in words}
        return frozenset(named | bare | rows)


def _wrong_part(named: Named, scope: Fields) -> str | None:
    """The shortest beginning of a dotted name that is not there; None where all is."""
    found = scope.find(named.parts[0])
    for count, part in enumerate(named.parts[1:], 2):
        here = ".".join(named.parts[:count])
        if found is None:
            return here
        if found.type == "location":
            return None if part in _POINT else here
        if found.type not in {"group", "person", "address"}:
            return here
        found = found.members.find(part)
        if found is None:
            return here
    return None
