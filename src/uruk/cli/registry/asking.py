"""What the commands of registries are asked with: a registry, who acts, the format of a file, conditions."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from uruk.kernel.api import Actor, CodedError

if TYPE_CHECKING:
    from uruk.registries.api import Filter, RegistryView

FORMATS = ("csv", "jsonl", "xlsx")
Registry = Annotated[str, typer.Argument(metavar="REGISTRY", help="Institution and code, such as `interior/persons`.")]
Form = Annotated[
    str, typer.Option("--format", help="csv, jsonl (an object a line) or xlsx. Default: the file's suffix.")
]
Token = Annotated[
    Path | None,
    typer.Option(help="A file with a program's token: it acts with the program's rights. Default: the node itself."),
]
Where = Annotated[
    list[str],
    typer.Option(help="A condition: field=value, field^=beginning, field>=value, field<=value; repeat it for more."),
]
MAX_TOKEN_BYTES = 1_000
_CONDITION = re.compile(r"([a-z][a-z0-9_]*)(=|\^=|>=|<=)(.*)", re.DOTALL)
_OPERATORS = {"=": "eq", "^=": "prefix", ">=": "from", "<=": "to"}


def parts_of(registry: str) -> tuple[str, str]:
    """Institution and code."""
    institution, _, code = registry.partition("/")
    return institution, code


def actor_of(institution: str, token: Path | None) -> Actor:
    """Who acts: a program by its token, or an administrator at the node. Errors: ``cli.file_missing``, of the token."""
    from uruk.people.api import program_actor

    if token is None:
        return Actor.terminal(institution)
    if not token.is_file():
        raise CodedError("cli.file_missing", path=str(token))
    with token.open("rb") as file:
        return program_actor(file.read(MAX_TOKEN_BYTES).decode("ascii", "replace").strip())


def format_of(path: Path | None, asked: str) -> Any:
    """The format that was asked for, or that the file's suffix says; errors: typer.BadParameter."""
    found = asked or ("" if path is None else path.suffix.lower().removeprefix("."))
    if found not in FORMATS:
        raise typer.BadParameter(", ".join(FORMATS), param_hint="--format")
    return found


def filters_of(registry: "RegistryView", typed: list[str]) -> tuple["Filter", ...]:
    """The conditions that were typed. Errors: ``cli.condition_unknown``, ``cli.condition_value``."""
    return tuple(_filter(registry, one) for one in typed)


def _filter(registry: "RegistryView", typed: str) -> "Filter":
    from uruk.registries.api import Filter

    match = _CONDITION.fullmatch(typed)
    field = registry.model.fields.find(match[1]) if match else None
    if match is None or field is None:
        raise CodedError("cli.condition_unknown", typed=typed[:80], fields=", ".join(_found_by(registry)) or "—")
    value: Any = match[3]
    try:
        if match[2] != "^=":
            value = field.clean(value)
    except CodedError:
        raise CodedError("cli.condition_value", field=field.name, typed=match[3][:80]) from None
    return Filter(field.name, _OPERATORS[match[2]], value)  # type: ignore[arg-type]


def _found_by(registry: "RegistryView") -> list[str]:
    return [column.name for column in registry.model.columns]
