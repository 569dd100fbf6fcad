"""What an expression says of the rows of a list (`crops.all(row, row.area_m2 > 0)`), made visible to the type checker.

CEL gives the variable of a loop no type. So the checker sees the expression a second time with `row.area_m2` written
`row_area_m2`, a name of the member's type: the same length, so that places stay right. And because a row cannot hold
days, only their text, what runs has `date(row.sown)` where the author wrote `row.sown`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from uruk.definitions.fields import Field, Fields

LOOPS = frozenset({"all", "exists", "exists_one", "map", "filter"})

_TOKEN = re.compile(
    r"(?P<string>[rRbB]{0,2}(?:\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))|(?P<number>[0-9][0-9A-Za-z_.]*)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<other>.)",
    re.DOTALL,
)


class RowMemberError(Exception):
    """A row has no member of that name."""

    def __init__(self, offset: int, in_list: str, name: str) -> None:
        super().__init__(name)
        self.offset, self.list, self.name = offset, in_list, name


def tokens(source: str) -> Iterator[re.Match[str]]:
    """The tokens of an expression; groups: string, number, name, open, close, other."""
    return _TOKEN.finditer(source)


def place_in(source: str, offset: int) -> tuple[int, int]:
    """The line (from 1) and column (from 0) of an offset."""
    before = source[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1)


@dataclass(frozen=True)
class RowsView:
    """An expression as the checker sees it (with the plain names it then has) and as it runs."""

    checked: str
    members: Mapping[str, Field]
    running: str


def view_rows(source: str, fields: Fields) -> RowsView:
    """See what an expression says of the rows of lists.

    Raises RowMemberError for a member that the list's rows do not have.
    """
    return _View(source, fields).run()


class _View:
    def __init__(self, source: str, fields: Fields) -> None:
        self._tokens = [token for token in tokens(source) if not token.group().isspace()]
        self._source, self._letters, self._fields = source, list(source), fields
        self._members: dict[str, Field] = {}
        # Where a member that is a day begins and ends.
        self._days: list[tuple[int, int]] = []
        # For each open bracket: the loop's variable and list, or nothing.
        self._scopes: list[tuple[str, Field] | None] = []
        # What the last closed bracket was a `filter` of: its rows are the list's rows.
        self._filtered: Field | None = None

    def run(self) -> RowsView:
        for position, token in enumerate(self._tokens):
            if token.lastgroup == "open":
                self._scopes.append(self._loop(position))
            elif token.lastgroup == "close":
                self._close()
            elif token.lastgroup == "name":
                self._name(position)
        return RowsView("".join(self._letters), self._members, self._running())

    def _running(self) -> str:
        source = self._source
        for start, end in reversed(self._days):
            source = f"{source[:start]}date({source[start:end]}){source[end:]}"
        return source

    def _word(self, position: int) -> str:
        return self._tokens[position].group() if 0 <= position < len(self._tokens) else ""

    def _loop(self, position: int) -> tuple[str, Field] | None:
        """The variable and list of the loop whose bracket opens here."""
        is_loop = self._word(position - 1) in LOOPS and self._word(position - 2) == "."
        if not is_loop or self._word(position + 2) != ",":
            return None
        found = self._filtered if self._word(position - 3) == ")" else self._named(position - 3)
        return (self._word(position + 1), found) if found is not None and found.type == "list" else None

    def _named(self, position: int) -> Field | None:
        """The field whose dotted name ends here: `crops`, or `answers.crops` where a group has it."""
        fields = self._fields
        if self._word(position - 1) == ".":
            outer = self._named(position - 2)
            fields = outer.members if outer is not None and outer.type == "group" else Fields(())
        return fields.find(self._word(position))

    def _close(self) -> None:
        scope = self._scopes.pop() if self._scopes else None
        self._filtered = scope[1] if scope else None

    def _name(self, position: int) -> None:
        name = self._word(position)
        found = next((scope[1] for scope in reversed(self._scopes) if scope and scope[0] == name), None)
        # `x.row` is a member called like the variable; `row,` declares it.
        if found is None or self._word(position - 1) == "." or self._word(position + 1) != ".":
            return
        member = self._word(position + 2)
        if member not in found.members:
            raise RowMemberError(self._tokens[position].start(), found.name, member)
        if self._word(position - 2) != "has":  # `has(row.sown)` must stay a selection
            self._see(position, f"{name}_{member}", found.members[member])

    def _see(self, position: int, flat: str, member: Field) -> None:
        variable, dot, last = self._tokens[position : position + 3]
        if member.type == "date":
            self._days.append((variable.start(), last.end()))
        taken = flat in self._fields or self._members.get(flat, member) != member
        adjacent = variable.end() == dot.start() and dot.end() == last.start()
        if adjacent and not taken and not member.is_parts:
            self._members[flat] = member
            self._letters[dot.start()] = "_"
