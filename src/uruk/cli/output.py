"""What commands print: sentences for people, one JSON object a line for programs."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import typer

from uruk.kernel.api import LANGUAGES, CodedError, error_sentence, load_settings

WRONG: Final = 1
CANNOT_TELL: Final = 2

Language = Annotated[
    str, typer.Option("--language", help="Language of sentences: ar, ckb or en. Default: the terminal's.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Data = Annotated[Path | None, typer.Option(help="The node's data folder. Default: the one URUK_DATA names.")]


def data_folder(given: Path | None) -> Path:
    """The data folder that was named, or the node's own; errors: cli.data_missing."""
    folder = given or load_settings(os.environ).data
    if not folder.is_dir():
        raise CodedError("cli.data_missing", path=str(folder))
    return folder


def terminal_language() -> str:
    """The language of the terminal where we speak it, else English."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    code = spoken.split(".")[0].split("_")[0]
    return code if code in LANGUAGES else "en"


def chosen(language: str) -> str:
    """The language that was asked for; errors: typer.BadParameter for one we do not speak."""
    if language and language not in LANGUAGES:
        raise typer.BadParameter(f"{language}: choose one of {', '.join(LANGUAGES)}")
    return language or terminal_language()


def say(line: str) -> None:
    """Print one line for a person or a program, at once even into a pipe."""
    print(line, flush=True)


def say_json(**values: object) -> None:
    """Print one JSON object on a line; letters stay letters."""
    say(json.dumps(values, ensure_ascii=False, default=str))


@contextmanager
def errors_as_sentences(language: str, exit_code: int = WRONG) -> Iterator[None]:
    """Turn a coded error, or a file that the machine refuses, into its sentence on standard error and an exit code."""
    try:
        yield
    except CodedError as error:
        print(f"{error.sentence(language)} ({error.code})", file=sys.stderr)
        raise typer.Exit(exit_code) from None
    except OSError as error:
        if error.filename is None:
            raise
        sentence = error_sentence("cli.file_refused", language, {"path": error.filename, "reason": error.strerror})
        print(f"{sentence} (cli.file_refused)", file=sys.stderr)
        raise typer.Exit(exit_code) from None
