"""The rules of a case as they stood when it was submitted: conditions, tables, values, ways, with laws and sources."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from uruk.definitions.api import ListNode, Node, ScalarNode
from uruk.desk.audit.purposes import audit_page
from uruk.desk.audit.telling import digits
from uruk.desk.offices import Acting
from uruk.desk.pages import show, told
from uruk.kernel.api import Actor
from uruk.services.api import PinnedRules, ServiceDefinition, State, replay
from uruk.services.api import Table as RuleTable
from uruk.ui.api import Fact, Table, TableRow, action_told, article_told, case_number


@dataclass(frozen=True)
class RuleTold:
    """A condition or a value: what it says to people, the article, and its expression as it runs."""

    name: str
    sentence: str
    law: str
    url: str
    source: str


@dataclass(frozen=True)
class TableTold:
    """A table with its article."""

    name: str
    law: str
    table: Table


@audit_page
def page(request: HttpRequest, office: Acting, auditor: Actor, case_id: UUID) -> HttpResponse:
    """The pinned definition, readable in the reader's language, and its files word for word."""
    found = replay(auditor, case_id)
    rules, model = found.rules, cast(ServiceDefinition, found.rules.definition.model)
    return show(
        request,
        office,
        "audit/rules",
        title=told(rules.definition.title),
        number=case_number(case_id),
        case_url=office.url("audit-case", case_id),
        holds=rules.holds,
        digests=_digests(rules),
        conditions=tuple(_conditions(rules, model)),
        values=tuple(_values(rules, model)),
        tables=tuple(_table(rules, one) for one in model.tables.values()),
        ways=_ways(rules, model),
        files=tuple(sorted((name, text) for name, text in rules.files.items() if _is_own(rules, name))),
        others=tuple(sorted(name for name in rules.files if not _is_own(rules, name))),
    )


def _digests(rules: PinnedRules) -> tuple[Fact, ...]:
    return (
        Fact(_("Digest of all that it rests on (SHA-256)"), rules.digest),
        Fact(_("Digest under which it was published"), rules.definition.digest.hex()),
        Fact(_("Files"), digits(len(rules.files))),
    )


def _conditions(rules: PinnedRules, model: ServiceDefinition) -> Iterator[RuleTold]:
    for name, one in model.conditions.items():
        yield RuleTold(name, _text(rules, f"conditions.{name}"), *_law(rules, one.law), one.must.source)


def _values(rules: PinnedRules, model: ServiceDefinition) -> Iterator[RuleTold]:
    for name, one in model.values.items():
        yield RuleTold(name, _text(rules, f"values.{name}"), "", "", one.formula.source)


def _table(rules: PinnedRules, one: RuleTable) -> TableTold:
    columns = (_("Row"), *(_column(rules, path) for path, _place in one.inputs), one.out.name)
    rows = tuple(
        TableRow((digits(number), *(_cell(cell) for cell in row.cells))) for number, row in enumerate(one.rows, 1)
    )
    law, _url = _law(rules, one.law)
    return TableTold(one.name, law, Table(one.name, columns, rows))


def _column(rules: PinnedRules, path: str) -> str:
    return _text(rules, f"fields.{path.rpartition('.')[2]}") or path


def _cell(node: Node) -> str:
    if isinstance(node, ListNode):
        return " | ".join(_cell(each) for each in node.items)
    return str(node.value) if isinstance(node, ScalarNode) else ""


def _ways(rules: PinnedRules, model: ServiceDefinition) -> Table:
    """Every way from a state to another, in the order written."""
    columns = (_("From"), _("By what"), _("To"), _("If"))
    rows = tuple(TableRow(row) for state in model.states.values() for row in _ways_of(rules, state))
    return Table(_("Ways"), columns, rows)


def _ways_of(rules: PinnedRules, state: State) -> Iterator[tuple[str, str, str, str]]:
    for rule in state.rules:
        yield state.name, _("By the rules"), rule.to, rule.when.source if rule.when is not None else _("otherwise")
    named = [(one.name, one.to) for one in state.actions]
    named += [(name, to) for name, (to, _place) in state.outcomes.items()]
    if state.deadline is not None and state.deadline.to is not None:
        named.append(("late", state.deadline.to))
    if state.appeal is not None:
        named.append(("appeal", state.appeal.to))
    for name, to in named:
        yield state.name, action_told(rules.definition, name), to, "—"


def _law(rules: PinnedRules, citation: str | None) -> tuple[str, str]:
    """The article as it stood, and its address."""
    article = article_told(rules.laws.find(citation) if citation else None, citation or "")
    return ("", "") if article is None else (article.name, article.url)


def _text(rules: PinnedRules, path: str) -> str:
    found = rules.definition.texts.find(path)
    return "" if found is None else told(found)


def _is_own(rules: PinnedRules, name: str) -> bool:
    return name.startswith(f"{rules.definition.folder}/")
