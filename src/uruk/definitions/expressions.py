"""Expressions: CEL, typed against the fields when a definition is checked, within a budget when it runs.

The only module that knows the CEL library (cel-expr-python, Google's C++ implementation).
"""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property, lru_cache
from typing import Any, Final, Literal

from cel_expr_python import cel

from uruk.definitions.fields import Field, Fields
from uruk.definitions.rows import LOOPS, RowMemberError, place_in, tokens, view_rows
from uruk.kernel.api import CodedError

MAX_SOURCE = 500
MAX_NESTING = 10
MAX_LOOPS = 3
MAX_LIST = 200

ResultType = Literal["bool", "int", "text", "date"]


_POINT = Fields((Field("latitude_udeg", "integer"), Field("longitude_udeg", "integer")))


class Unknown(Enum):
    """The result while a fact that decides it is not known: the case waits, it never refuses."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN

# Names that CEL has for its own types: a field of that name is none of an expression's variables.
_CEL_NAMES = frozenset({
    "bool", "bytes", "double", "dyn", "int", "list", "map", "null_type", "string", "type", "uint",
})  # fmt: skip
_REFUSED_NAMES = frozenset({"double", "dyn", "bytes", "type"})
_ERROR_PLACE = re.compile(r"<input>:(\d+):(\d+): ")
_WRITTEN_DAY = re.compile(r"\bdate\(\s*['\"]([^'\"]*)['\"]\s*\)")
_NONE_OF_NONE = "an empty list has no largest and no least"
_MISSING = ("No value with name", "Key not found in map", _NONE_OF_NONE)
_RESULTS = {"bool": cel.Type.BOOL, "int": cel.Type.INT, "text": cel.Type.STRING, "date": cel.Type.TIMESTAMP}
_TYPES = {
    "integer": cel.Type.INT, "money": cel.Type.INT, "yes_no": cel.Type.BOOL, "declaration": cel.Type.BOOL,
    "date": cel.Type.TIMESTAMP,
}  # fmt: skip


def _day(text: str) -> datetime.datetime:
    return _moment(datetime.date.fromisoformat(text))


@lru_cache(maxsize=4096)
def _moment(day: datetime.date) -> datetime.datetime:
    return datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC)


def _years(start: datetime.datetime, end: datetime.datetime) -> int:
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def _of_some(choose: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
    """The largest or the least of a list; of an empty one there is none."""

    def chosen(values: list[Any]) -> Any:
        if not values:
            raise ValueError(_NONE_OF_NONE)
        return choose(values)

    return chosen


def _chosen(name: str, of: cel.Type, choose: Callable[[list[Any]], Any]) -> cel.FunctionDecl:
    """A function that takes one of a list. Of rows CEL knows no types, so each name has one of its own."""
    word = "int" if of == cel.Type.INT else "timestamp"
    overload = cel.Overload(f"{name}(list({word}))", return_type=of, parameters=[cel.Type.List(of)], impl=choose)
    return cel.FunctionDecl(name, [overload])


# What CEL lacks here: whole days as values, full years between two days; the sum, the largest, the least of a list.
_FUNCTIONS = [
    cel.FunctionDecl("date", [cel.Overload("date(string)", return_type=cel.Type.TIMESTAMP,
                                           parameters=[cel.Type.STRING], impl=_day)]),
    cel.FunctionDecl("years", [cel.Overload("years(timestamp,timestamp)", return_type=cel.Type.INT,
                                            parameters=[cel.Type.TIMESTAMP] * 2, impl=_years)]),
    cel.FunctionDecl("sum", [cel.Overload("sum(list(int))", return_type=cel.Type.INT,
                                          parameters=[cel.Type.List(cel.Type.INT)], impl=sum)]),
    _chosen("max", cel.Type.INT, _of_some(max)),
    _chosen("min", cel.Type.INT, _of_some(min)),
    _chosen("latest", cel.Type.TIMESTAMP, _of_some(max)),
    _chosen("earliest", cel.Type.TIMESTAMP, _of_some(min)),
]  # fmt: skip


class ExpressionError(Exception):
    """Why an expression is refused: a finding's code, the column (from 0) on its line, and what was found there."""

    def __init__(self, code: str, line: int = 1, column: int = 0, **values: object) -> None:
        super().__init__(code)
        self.code, self.line, self.column, self.values = code, line, column, values


@dataclass(frozen=True)
class Expression:
    """A checked expression over a block of fields (and `today`)."""

    source: str
    fields: Fields
    result: ResultType

    @property
    def names(self) -> frozenset[str]:
        """The names that it speaks of: fields, functions, `today`; not what stands in quotation marks."""
        return _words(self.source)

    @cached_property
    def _ready(self) -> tuple[cel.Expression, tuple[Field, ...]]:
        # Looked up by its fields the compiled expression would cost as much again as to run it.
        return _program(self.source, self.fields)

    def evaluate(self, values: Mapping[str, object], today: datetime.date) -> bool | int | str | Unknown:
        """The result over cleaned values (a date as YYYY-MM-DD); UNKNOWN when a value that decides is absent.

        Errors: definitions.expression_failed (division by zero, overflow), definitions.expression_list_too_long.
        """
        program, asked = self._ready
        data = {"today": _moment(today), **_facts(asked, values)}
        outcome = program.eval(data=data)
        if outcome.type() == cel.Type.ERROR:
            return _failed(str(outcome.value()))
        return _plain(outcome.value())


@dataclass(frozen=True)
class Bundle:
    """Several checked expressions over the same block of fields, asked together: that costs little more than one."""

    expressions: tuple[Expression, ...]

    @cached_property
    def _ready(self) -> tuple[cel.Expression, tuple[Field, ...]]:
        fields = self.expressions[0].fields
        # A line of its own each: what is written may end in a comment.
        running = ",".join(f"({view_rows(one.source, fields).running}\n)" for one in self.expressions)
        words = frozenset(word for one in self.expressions for word in _words(one.source))
        return _environment(fields).compile(f"[{running}]"), _asked(fields, words)

    def evaluate(self, values: Mapping[str, object], today: datetime.date) -> tuple[bool | int | str, ...] | None:
        """The results in their order; None where one has none (unknown, an error): then each is asked by itself.

        Errors: definitions.expression_list_too_long.
        """
        program, asked = self._ready
        outcome = program.eval(data={"today": _moment(today), **_facts(asked, values)})
        if outcome.type() == cel.Type.ERROR:
            return None
        return tuple(_plain(one.value()) for one in outcome.value())


def _plain(found: bool | int | str | datetime.datetime) -> bool | int | str:
    return found.date().isoformat() if isinstance(found, datetime.datetime) else found


def _words(source: str) -> frozenset[str]:
    """The names in an expression, of whatever."""
    return frozenset(token.group() for token in tokens(source) if token.lastgroup == "name")


def _failed(message: str) -> Unknown:
    if any(words in message for words in _MISSING):
        return UNKNOWN
    raise CodedError("definitions.expression_failed", near=message.partition(": ")[2][:80])


def compile_expression(source: str, fields: Fields, result: ResultType) -> Expression:
    """Check an expression: budget, names, types, and that its result is of type `result`.

    Raises ExpressionError (a finding for the author, with its place inside the expression).
    """
    check_budget(source)
    _check_days(source)
    _check_rows(source, fields)
    found = _compiled(source, _environment(fields)).return_type()
    if found != _RESULTS[result]:
        raise ExpressionError("definitions.expression_result", expected=result, found=found.name().lower())
    return Expression(source, fields, result)


def _compiled(source: str, environment: cel.Env) -> cel.Expression:
    try:
        return environment.compile(source)
    except (RuntimeError, TypeError) as error:  # TypeError: text that is no UTF-8
        raise _explained(source, str(error)) from None


def _check_days(source: str) -> None:
    """A day that is written out must be one: CEL would only try it when it runs."""
    for day in _WRITTEN_DAY.finditer(source):
        try:
            _day(day[1])
        except ValueError:
            raise ExpressionError(
                "definitions.expression_syntax", *place_in(source, day.start()), near=day[0]
            ) from None


def _check_rows(source: str, fields: Fields) -> None:
    """Type what is said of the rows of lists, which CEL itself would only look at when it runs."""
    try:
        view = view_rows(source, fields)
    except RowMemberError as error:
        place = place_in(source, error.offset)
        raise ExpressionError("definitions.expression_member", *place, list=error.list, name=error.name) from None
    if view.members:
        _compiled(
            view.checked, _environment_of_rows(fields, tuple(sorted(view.members.items(), key=lambda one: one[0])))
        )


def _explained(source: str, message: str) -> ExpressionError:
    place = _ERROR_PLACE.search(message)
    line, column = (int(place[1]), int(place[2]) - 1) if place else (1, 0)
    reason = message[place.end() :].partition("\n")[0] if place else message.partition("\n")[0]
    if undeclared := re.match(r"undeclared reference to '([^']*)'", reason):
        return ExpressionError("definitions.expression_name", line, column, name=undeclared[1])
    code = "definitions.expression_type" if "overload" in reason else "definitions.expression_syntax"
    return ExpressionError(code, line, column, near=_near(source, line, column))


def _near(source: str, line: int, column: int) -> str:
    lines = source.split("\n")
    written = lines[line - 1] if line <= len(lines) else ""
    return written[column : column + 20] or written[-20:]


def check_budget(source: str) -> None:
    """Refuse what could cost too much or cannot exist here. Raises ExpressionError."""
    if len(source) > MAX_SOURCE:
        raise ExpressionError("definitions.expression_too_long", max=MAX_SOURCE)
    depth = loops = 0
    for token in tokens(source):
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        loops += token.lastgroup == "name" and token.group() in LOOPS
        if depth > MAX_NESTING or loops > MAX_LOOPS:
            raise ExpressionError(
                "definitions.expression_too_deep", *place_in(source, token.start()), max=MAX_NESTING, loops=MAX_LOOPS
            )
        _check_token(source, token)


def _check_token(source: str, token: re.Match[str]) -> None:
    word = token.group()
    fraction = token.lastgroup == "number" and not word.isdigit()
    if fraction or (token.lastgroup == "name" and word in _REFUSED_NAMES):
        raise ExpressionError("definitions.expression_fraction", *place_in(source, token.start()), word=word)
    if token.lastgroup == "other" and not word.isprintable() and word not in "\n\t":
        place = place_in(source, token.start())
        raise ExpressionError("definitions.expression_syntax", *place, near=f"U+{ord(word):04X}")


@lru_cache(maxsize=256)
def _environment(fields: Fields) -> cel.Env:
    return _new_environment(_all_variables(fields))


@lru_cache(maxsize=64)
def _environment_of_rows(fields: Fields, members: tuple[tuple[str, Field], ...]) -> cel.Env:
    inner = {key: kind for name, item in members for key, kind in _variables(item, name).items()}
    return _new_environment({**_all_variables(fields), **inner})


@lru_cache(maxsize=1024)
def _program(source: str, fields: Fields) -> tuple[cel.Expression, tuple[Field, ...]]:
    """The compiled expression, and the fields that it speaks of: the others need not be made ready for it."""
    return _environment(fields).compile(view_rows(source, fields).running), _asked(fields, _words(source))


def _asked(fields: Iterable[Field], words: frozenset[str]) -> tuple[Field, ...]:
    """The fields that these words name; of a group, which is no value of its own, only the members that they name."""
    named = (item for item in fields if item.name in words)
    return tuple(
        replace(item, members=Fields(_asked(item.members, words))) if item.type == "group" else item for item in named
    )


def _new_environment(variables: Mapping[str, cel.Type]) -> cel.Env:
    return cel.NewEnv(variables=variables, functions=_FUNCTIONS)


def _all_variables(fields: Fields) -> dict[str, cel.Type]:
    variables = {"today": cel.Type.TIMESTAMP}
    for item in fields:
        if item.name not in _CEL_NAMES:
            variables.update(_variables(item, item.name))
    return variables


def _variables(item: Field, name: str) -> dict[str, cel.Type]:
    if item.type == "list":
        return {name: cel.Type.List(cel.Type.Map(cel.Type.STRING, cel.Type.DYN))}
    if item.type == "location":
        return {f"{name}.latitude_udeg": cel.Type.INT, f"{name}.longitude_udeg": cel.Type.INT}
    if item.is_parts:
        inner = [_variables(member, f"{name}.{member.name}") for member in item.members]
        return {key: kind for one in inner for key, kind in one.items()}
    return {name: _TYPES.get(item.type, cel.Type.STRING)}


def _facts(fields: Iterable[Field], values: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    facts: dict[str, object] = {}
    for item in fields:
        value = values.get(item.name)
        if value is None:
            continue
        if not isinstance(value, str | int) and isinstance(value, Mapping):
            facts.update(_facts(item.members if item.is_parts else _POINT, value, f"{prefix}{item.name}."))
        else:
            facts[prefix + item.name] = _fact(item, value)
    return facts


def _fact(item: Field, value: object) -> object:
    if item.type == "date":
        return _day(str(value))
    if item.type == "list" and isinstance(value, Sequence):
        if len(value) > MAX_LIST:
            raise CodedError("definitions.expression_list_too_long", max=MAX_LIST)
        return [_row(item, row) for row in value]
    return value


def _row(item: Field, row: object) -> dict[str, object]:
    assert isinstance(row, Mapping)
    return {
        member.name: _in_row(member, row[member.name]) for member in item.members if row.get(member.name) is not None
    }


def _in_row(member: Field, value: object) -> object:
    return value if member.type == "date" else _fact(member, value)
