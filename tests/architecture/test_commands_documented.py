"""docs/commands.md has one row for each command, in the words of a sentence, with an example that can be typed."""

import re
import shlex

import click
import typer.main

from tests.architecture.source import ROOT
from uruk.cli.main import app

PAGE = ROOT / "docs" / "commands.md"
ROW = re.compile(r"\| `(uruk [a-z ]+)` \| (.+?) \| `(uruk .+?)` \|")


def commands() -> dict[str, click.Command]:
    """Every command that can be typed, by its words."""
    return dict(below(typer.main.get_command(app), "uruk"))


def below(command: click.Command, words: str) -> list[tuple[str, click.Command]]:
    """The commands below one; itself where there are none."""
    if not hasattr(command, "commands"):
        return [(words, command)]
    return [found for name, child in command.commands.items() for found in below(child, f"{words} {name}")]


def rows() -> list[tuple[str, str, str]]:
    """Command, meaning and example of each row."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    found = (ROW.fullmatch(line) for line in lines)
    return [(match[1], match[2], match[3]) for match in found if match]


def test_each_command_has_its_row_and_each_row_its_command() -> None:
    assert sorted(name for name, _, _ in rows()) == sorted(commands())


def test_each_row_is_a_sentence() -> None:
    assert [name for name, meaning, _ in rows() if not meaning.endswith(".") or len(meaning) < 15] == []


def test_each_example_is_of_its_command_and_can_be_typed() -> None:
    for name, _, example in rows():
        words = shlex.split(example)[len(name.split()) :]
        assert example.startswith(name)
        # Parsing raises where an option or an argument is missing or unknown.
        commands()[name].make_context(name, words, resilient_parsing=False).close()


def test_each_command_says_in_its_help_what_it_does() -> None:
    assert [name for name, command in commands().items() if not (command.help or "").strip().endswith(".")] == []
