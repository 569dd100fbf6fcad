"""`uruk registry check` and `import`: a file's rows looked at, shown with what is wrong, and written.

An import lives on the node: killed anywhere, the same command typed again goes on with it where it was.
"""

import hashlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from uruk.cli.at_hand import node_at_hand
from uruk.cli.output import WRONG, AsJson, Language, chosen
from uruk.cli.registry.asking import Form, Registry, Token, actor_of, format_of, parts_of
from uruk.cli.registry.progress import Progress
from uruk.cli.registry.telling import tell_end, tell_preview
from uruk.kernel.api import Actor, CodedError, error_sentence

if TYPE_CHECKING:
    from uruk.registries.api import ImportView

File = Annotated[Path, typer.Argument(help="CSV (UTF-8), JSON lines, or a spreadsheet (XLSX: its first sheet).")]
ByKey = Annotated[
    bool, typer.Option("--by-key", help="Rows change the record that has their main key; without it all are new.")
]
INTERRUPTED = 130
_ONLY_CHECKED = "uruk registry check"
_WAIT_S = 0.2
_PIECE = 1 << 20
_OPEN = frozenset({"checking", "checked", "writing", "halted"})


@dataclass(frozen=True)
class Asked:
    """What was typed: which file, into which registry, how."""

    path: Path
    registry: str
    form: str
    mode: str
    kind: str
    reason: str
    language: str
    json: bool

    def sentence(self, code: str, **values: object) -> None:
        """Say something besides the answer, to people alone."""
        if not self.json:
            print(error_sentence(code, self.language, values), file=sys.stderr)


def check(
    file: File,
    registry: Registry,
    form: Form = "",
    by_key: ByKey = False,
    token: Token = None,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Look at each row of a file, say which are wrong at which field and why; nothing is written. Exit 1: some are."""
    kind = "key" if by_key else "create"
    asked = Asked(file, registry, format_of(file, form), "good", kind, _ONLY_CHECKED, chosen(language), json)
    with node_at_hand(asked.language):
        actor = actor_of(parts_of(registry)[0], token)
        found = _checked(actor, asked, _start(actor, asked))
        tell_preview(actor, found, asked.language, as_json=json)
        _cancel(actor, found)
    if found.bad or found.state == "failed":
        raise typer.Exit(WRONG)


def import_file(
    file: File,
    registry: Registry,
    reason: Annotated[str, typer.Option(help="Why, as it stands in each record's history, such as a letter's number.")],
    form: Form = "",
    by_key: ByKey = False,
    good_rows: Annotated[bool, typer.Option("--good-rows", help="Leave wrong rows out. Default: all or none.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also a file that was imported before.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")] = False,
    token: Token = None,
    language: Language = "",
    json: AsJson = False,
) -> None:
    """Check a file and write its rows; interrupted, the same command typed again goes on where it was."""
    mode, kind = ("good" if good_rows else "all"), ("key" if by_key else "create")
    asked = Asked(file, registry, format_of(file, form), mode, kind, reason, chosen(language), json)
    with node_at_hand(asked.language):
        actor = actor_of(parts_of(registry)[0], token)
        found = _checked(actor, asked, _known(actor, asked, again=again) or _start(actor, asked))
        if found.state == "checked":
            tell_preview(actor, found, asked.language, as_json=json)
            _require_wanted(actor, asked, found, yes=yes)
        found = _written(actor, asked, found)
        tell_end(found, asked.language, as_json=json)
    if found.state in {"failed", "halted", "cancelled"}:
        raise typer.Exit(WRONG)


def _start(actor: Actor, asked: Asked) -> "ImportView":
    from uruk.registries.api import start_import

    _require_file(asked.path)
    how = (asked.form, asked.mode, asked.kind, asked.reason)
    with asked.path.open("rb") as file:
        return start_import(actor, *parts_of(asked.registry), file, *how)  # type: ignore[arg-type]


def _require_file(path: Path) -> None:
    if not path.is_file():
        raise CodedError("cli.file_missing", path=str(path))


def _known(actor: Actor, asked: Asked, *, again: bool) -> "ImportView | None":
    """The import of the same file, asked for in the same way, that has not ended: it goes on.

    One that has ended: ``cli.import_before``, unless it is wanted `again`.
    """
    from uruk.registries.api import list_imports

    _require_file(asked.path)
    wanted = (_digest(asked.path), asked.form, asked.mode, asked.kind, asked.reason, actor.holder)
    for one in list_imports(actor, *parts_of(asked.registry)):
        if (one.file_sha256, one.file_format, one.mode, one.kind, one.reason, one.author) != wanted:
            continue
        if one.state in _OPEN:
            asked.sentence("cli.import_goes_on", id=str(one.id))
            return one
        if one.state in {"done", "requested", "submitted"} and not again:
            raise CodedError("cli.import_before", id=str(one.id))
    return None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked(actor: Actor, asked: Asked, found: "ImportView") -> "ImportView":
    """The import once every row was looked at, with its bad rows and whom they may be about."""
    from uruk.registries.api import get_import

    return get_import(actor, _worked(actor, asked, found).id)


def _written(actor: Actor, asked: Asked, found: "ImportView") -> "ImportView":
    """The import once what can be written is, or waits for two persons."""
    from uruk.registries.api import run_import

    if found.state in {"checked", "halted"} and not (found.two_persons and found.state == "checked"):
        found = run_import(actor, found.id)
    return _worked(actor, asked, found)


def _worked(actor: Actor, asked: Asked, found: "ImportView") -> "ImportView":
    """Take an import as far as it goes by itself, here or in the node's own processes."""
    from uruk.registries.api import advance_import

    with _interruptible(asked, found) as progress:
        while found.at_work:
            before, found = found, advance_import(actor, found.id)
            progress.show(found.progress, found.written if found.state == "writing" else found.rows)
            if (before.state, before.progress, before.rows, before.written) == (
                found.state, found.progress, found.rows, found.written
            ):  # fmt: skip
                time.sleep(_WAIT_S)  # another process is at it
    return found


@contextmanager
def _interruptible(asked: Asked, found: "ImportView") -> Iterator[Progress]:
    """Show how far it is; interrupted from the keyboard, say how it goes on."""
    progress = Progress(quiet=asked.json)
    try:
        yield progress
    except KeyboardInterrupt:
        progress.end()
        asked.sentence("cli.import_interrupted", id=str(found.id))
        raise typer.Exit(INTERRUPTED) from None
    finally:
        progress.end()


def _require_wanted(actor: Actor, asked: Asked, found: "ImportView", *, yes: bool) -> None:
    """Refuse what cannot be written as it stands; on a terminal ask, where something is to be thought about."""
    if found.hindrance is not None:
        _cancel(actor, found)
        raise found.hindrance
    doubtful = bool(found.bad or found.likenesses or found.unknown)
    if doubtful and not (yes or asked.json) and _is_terminal():
        question = error_sentence("cli.import_wanted", asked.language, {"good": found.good, "bad": found.bad})
        if not typer.confirm(question):
            _cancel(actor, found)
            raise typer.Exit(WRONG)


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _cancel(actor: Actor, found: "ImportView") -> None:
    from uruk.registries.api import cancel_import

    cancel_import(actor, found.id)
